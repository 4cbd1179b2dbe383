package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.fuse.MountException;
import io.thins3.fuse.MountException.Reason;
import io.thins3.fuse.MountSpec;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinuxMountOptionsTest {
  private static MountSpec spec(String... options) {
    return new MountSpec(Path.of("/mnt"), "thins3:b", "thins3", List.of(options), false);
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unheard_of",
        "big_writes",
        "allow_root",
        "attr_timeout=1",
        "ro=1",
        "allow_other=x",
        "max_read",
        "max_read=",
        "max_read=-5",
        "max_read=1k",
        "auto_unmount=yes"
      })
  void unknownOrWithBadValue_refusedByName(String option) {
    assertThatThrownBy(() -> options("ro", option))
        .isInstanceOfSatisfying(
            MountException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_OPTION))
        .hasMessageContaining("-o " + option.replaceFirst("^([a-z]+_[a-z_]+)=.*", "$1"));
  }
}
