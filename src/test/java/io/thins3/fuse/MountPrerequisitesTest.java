package io.thins3.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.thins3.fuse.MountException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountPrerequisitesTest {
  private static final String ALL = "000001ffffffffff";
  private static final String NONE = "0000000000000000";

  /** Docker's default set: without CAP_SYS_ADMIN. */
  private static final String DOCKER = "00000000a80425fb";

  private Path directory;
  private MountPrerequisites prerequisites;

  @BeforeEach
  void setUp(@TempDir Path directory) throws IOException {
    this.directory = directory;
    prerequisites =
        new MountPrerequisites(
            directory.resolve("fuse"),
            directory.resolve("status"),
            directory.resolve("fuse.conf"),
            List.of(directory.resolve("bin")));
    Files.createDirectory(directory.resolve("bin"));
  }

  private void status(int euid, String capabilities, int noNewPrivileges) throws IOException {
    Files.writeString(
        directory.resolve("status"),
        """
        Name:\tjava
        Uid:\t0\t%d\t0\t0
        CapPrm:\t%s
        CapEff:\t%s
        NoNewPrivs:\t%d
        """
            .formatted(euid, ALL, capabilities, noNewPrivileges));
  }

  private void install(String program) throws IOException {
    Path file = Files.createFile(directory.resolve("bin").resolve(program));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private MountSpec spec(String... options) {
    return new MountSpec(
        directory, "source", "type", List.of(options), false, Duration.ofSeconds(20));
  }

  private MountException refusal(String... options) {
    MountException refusal =
        catchThrowableOfType(
            MountException.class,
            () -> prerequisites.checkPermission(spec(options), List.of("fusermount")));
    assertThat(refusal).isNotNull();
    assertThat(refusal.getMessage()).doesNotContain("\n");
    return refusal;
  }

  @Test
  void checkDevice_missing_namesItAndTheWaysOut() {
    MountException refusal =
        catchThrowableOfType(MountException.class, () -> prerequisites.checkDevice());
    assertThat(refusal.reason()).isEqualTo(Reason.NO_DEVICE);
    assertThat(refusal)
        .hasMessageContaining(directory.resolve("fuse").toString())
        .hasMessageContaining("modprobe fuse")
        .hasMessageContaining("--device /dev/fuse");
  }

  @Test
  void checkDevice_cannotBeOpened_saysWhy() throws IOException {
    // Stands for a device that the kernel refuses: opening a directory for writing fails too.
    Files.createDirectory(directory.resolve("fuse"));
    MountException refusal =
        catchThrowableOfType(MountException.class, () -> prerequisites.checkDevice());
    assertThat(refusal.reason()).isEqualTo(Reason.NO_DEVICE);
    assertThat(refusal).hasMessageContaining("cannot be opened: Is a directory");
  }

  @Test
  void checkDevice_thisSystems_passes() {
    assertThatCode(() -> MountPrerequisites.system().checkDevice()).doesNotThrowAnyException();
  }

  @Test
  void checkPermission_capSysAdmin_passesForAnyUser() throws IOException {
    status(0, ALL, 0);
    assertThat(prerequisites.mayMount()).isTrue();
    assertThatCode(() -> prerequisites.checkPermission(spec("allow_other"), List.of("none")))
        .doesNotThrowAnyException();
    status(1000, ALL, 1);
    assertThatCode(() -> prerequisites.checkPermission(spec("allow_other"), List.of("none")))
        .doesNotThrowAnyException();
  }

  @Test
  void checkPermission_rootWithoutCapability_refused() throws IOException {
    status(0, DOCKER, 0);
    assertThat(prerequisites.mayMount()).isFalse();
    assertThat(refusal().reason()).isEqualTo(Reason.NO_PERMISSION);
    assertThat(refusal())
        .hasMessageContaining("CAP_SYS_ADMIN")
        .hasMessageContaining(directory.toString());
  }

  @Test
  void checkPermission_userWithoutFusermount_namesPackage() throws IOException {
    status(1000, NONE, 0);
    assertThat(refusal().reason()).isEqualTo(Reason.NOT_INSTALLED);
    assertThat(refusal()).hasMessageContaining("fusermount").hasMessageContaining("package fuse3");
  }

  @Test
  void checkPermission_userWithFusermount_passes() throws IOException {
    status(1000, NONE, 0);
    install("fusermount");
    assertThatCode(() -> prerequisites.checkPermission(spec(), List.of("fusermount")))
        .doesNotThrowAnyException();
  }

  @Test
  void checkPermission_noNewPrivileges_refused() throws IOException {
    status(1000, NONE, 1);
    install("fusermount");
    assertThat(refusal().reason()).isEqualTo(Reason.NO_PERMISSION);
    assertThat(refusal()).hasMessageContaining("no_new_privs");
  }

  @Test
  void checkPermission_allowOtherAsUser_needsLineInFuseConf() throws IOException {
    status(1000, NONE, 0);
    install("fusermount");
    assertThat(refusal("allow_other").reason()).isEqualTo(Reason.NO_PERMISSION);
    Files.writeString(directory.resolve("fuse.conf"), "#user_allow_other\nmount_max = 1000\n");
    assertThat(refusal("allow_root"))
        .hasMessageContaining("-o allow_root")
        .hasMessageContaining("user_allow_other")
        .hasMessageContaining(directory.resolve("fuse.conf").toString());
    Files.writeString(directory.resolve("fuse.conf"), " user_allow_other \n");
    assertThatCode(() -> prerequisites.checkPermission(spec("allow_other"), List.of("fusermount")))
        .doesNotThrowAnyException();
  }

  @Test
  void checkPermission_mountPointNotWritable_refused() throws IOException {
    status(1000, NONE, 0);
    install("fusermount");
    // To root every directory is writable; one that is not there stands for one that is not.
    Path refused = directory.resolve("missing");
    MountSpec spec = new MountSpec(refused, "s", "t", List.of(), false, Duration.ofSeconds(20));
    MountException refusal =
        catchThrowableOfType(
            MountException.class, () -> prerequisites.checkPermission(spec, List.of("fusermount")));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(Reason.NO_PERMISSION);
    assertThat(refusal).hasMessageContaining(refused.toString());
  }
}
