package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.fuse.MountException;
import io.thins3.fuse.MountException.Reason;
import io.thins3.fuse.MountSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinuxMountOptionsTest {
  private static MountSpec spec(String... options) {
    return new MountSpec(
        Path.of("/mnt"), "thins3:b", "thins3", List.of(options), false, Duration.ofSeconds(20));
  }

  private static LinuxMountOptions options(String... options) throws MountException {
    return LinuxMountOptions.of(spec(options));
  }

  @Test
  void none_given_safeDefaults() throws Exception {
    LinuxMountOptions options = options();
    assertThat(options.flags()).isEqualTo(LinuxMountOptions.MS_NOSUID | LinuxMountOptions.MS_NODEV);
    assertThat(options.mountData(5, 10, 20))
        .isEqualTo("fd=5,rootmode=40000,user_id=10,group_id=20,default_permissions");
    assertThat(options.autoUnmount()).isFalse();
  }

  @Test
  void flags_setAndClearedInOrder() throws Exception {
    assertThat(options("ro", "noexec", "noatime", "suid").flags())
        .isEqualTo(
            LinuxMountOptions.MS_RDONLY
                | LinuxMountOptions.MS_NOEXEC
                | LinuxMountOptions.MS_NOATIME
                | LinuxMountOptions.MS_NODEV);
    assertThat(options("ro", "rw", "dev").flags()).isEqualTo(LinuxMountOptions.MS_NOSUID);
  }

  @Test
  void kernelOptions_inMountData() throws Exception {
    assertThat(options("allow_other", "max_read=65536", "default_permissions").mountData(3, 0, 0))
        .isEqualTo(
            "fd=3,rootmode=40000,user_id=0,group_id=0,"
                + "allow_other,default_permissions,max_read=65536");
  }

  @Test
  void fusermount_getsAllButWhatMountKeeps() throws Exception {
    MountSpec spec = spec("allow_other", "ro", "auto_unmount", "_netdev", "x-systemd.automount");
    LinuxMountOptions options = LinuxMountOptions.of(spec);
    assertThat(options.fusermountOptions(spec))
        .isEqualTo(
            "fsname=thins3:b,subtype=thins3,allow_other,default_permissions,ro,auto_unmount");
    assertThat(options.autoUnmount()).isTrue();
  }

  @Test
  void fusermount_accessTimes_leftOutOrRefusedByName() throws Exception {
    MountSpec spec = spec("noatime", "relatime", "norelatime", "nodiratime", "diratime", "dirsync");
    assertThat(LinuxMountOptions.of(spec).fusermountOptions(spec))
        .isEqualTo("fsname=thins3:b,subtype=thins3,default_permissions,noatime,dirsync");
    MountSpec strict = spec("strictatime");
    LinuxMountOptions options = LinuxMountOptions.of(strict);
    assertThatThrownBy(() -> options.fusermountOptions(strict))
        .isInstanceOfSatisfying(
            MountException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_OPTION))
        .hasMessageContaining("-o strictatime");
  }

  @Test
  void descriptor_optionsOfTheMount_refusedByName() throws Exception {
    for (String option :
        List.of("ro", "rw", "noatime", "allow_other", "auto_unmount", "max_read=9")) {
      assertThatThrownBy(() -> LinuxMountOptions.checkForDescriptor(spec("direct_io", option)))
          .isInstanceOfSatisfying(
              MountException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_OPTION))
          .hasMessageContaining("-o " + option.replaceFirst("=.*", "") + ":");
    }
    LinuxMountOptions.checkForDescriptor(
        spec("direct_io", "allow_root", "max_readahead=0", "default_permissions", "_netdev"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unheard_of",
        "big_writes=1",
        "allow_root=1",
        "attr_timeout=1",
        "entry_timeout=1",
        "negative_timeout=1",
        "uid=7",
        "umask=022",
        "kernel_cache",
        "auto_cache",
        "sync_read",
        "max_background=9",
        "max_readahead",
        "max_readahead=-1",
        "direct_io=1",
        "noforget",
        "context=x",
        "ro=1",
        "allow_other=x",
        "max_read",
        "max_read=",
        "max_read=-5",
        "max_read=1k",
        "auto_unmount=yes",
        "_netdev=1",
        "noauto=x",
        "defaults="
      })
  void unknownOrWithBadValue_refusedByName(String option) {
    assertThatThrownBy(() -> options("ro", option))
        .isInstanceOfSatisfying(
            MountException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_OPTION))
        .hasMessageContaining("-o " + option.replaceFirst("=.*", ""));
  }

  @Test
  void allowRoot_othersLetInByTheKernelAndOnlyRootAnswered() throws Exception {
    LinuxMountOptions options = options("allow_root");
    assertThat(options.mountData(3, 7, 7)).contains(",allow_other,");
    Callers callers = options.serving(false, 7, NodeLimit.NONE).callers();
    assertThat(callers.admit(Opcode.LOOKUP, 7)).isTrue();
    assertThat(callers.admit(Opcode.LOOKUP, 0)).isTrue();
    assertThat(callers.admit(Opcode.LOOKUP, 8)).isFalse();
    assertThat(callers.admit(Opcode.OPEN, 8)).isFalse();
    assertThat(callers.admit(Opcode.READ, 8)).as("a descriptor that was handed on").isTrue();
    assertThat(
            options("allow_other")
                .serving(false, 7, NodeLimit.NONE)
                .callers()
                .admit(Opcode.OPEN, 8))
        .isTrue();
  }

  @Test
  void allowRootAndAllowOther_refused() {
    assertThatThrownBy(() -> options("allow_other", "allow_root"))
        .hasMessageContaining("-o allow_root")
        .hasMessageContaining("allow_other");
  }

  @Test
  void refused_knownElsewhere_saysWhatToUseInstead() {
    assertThatThrownBy(() -> options("attr_timeout=1")).hasMessageContaining("--metadata-ttl");
    assertThatThrownBy(() -> options("negative_timeout=1")).hasMessageContaining("--negative-ttl");
    assertThatThrownBy(() -> options("umask=022")).hasMessageContaining("--file-mode");
    assertThatThrownBy(() -> options("nonsense"))
        .hasMessageContaining("not known")
        .hasMessageContaining("max_readahead");
  }

  @Test
  void whatIsAlwaysSo_taken() throws Exception {
    assertThat(options("big_writes", "async_read", "use_ino").mountData(3, 0, 0))
        .isEqualTo(options().mountData(3, 0, 0));
  }

  @Test
  void directIoAndReadAhead_passedOn() throws Exception {
    assertThat(options("direct_io").serving(true, 0, NodeLimit.NONE))
        .isEqualTo(new ServingOptions(true, true, Callers.ALL, NodeLimit.NONE));
    assertThat(options("max_readahead=131072").maxReadAhead()).isEqualTo(131_072);
    assertThat(options().maxReadAhead()).isEqualTo(1 << 20);
  }
}
