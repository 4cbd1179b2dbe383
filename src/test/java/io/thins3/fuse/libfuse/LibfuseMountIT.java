package io.thins3.fuse.libfuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.thins3.fuse.ChildMount;
import io.thins3.fuse.FuseServer;
import io.thins3.fuse.MemoryContent;
import io.thins3.fuse.MemoryFileSystem;
import io.thins3.fuse.MountException;
import io.thins3.fuse.MountException.Reason;
import io.thins3.fuse.MountInfo;
import io.thins3.fuse.MountPrerequisites;
import io.thins3.fuse.MountedContract;
import io.thins3.fuse.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What only this transport has: the ways in which libfuse mounts or cannot, and its limits. */
class LibfuseMountIT extends MountedContract {
  /** An ordinary user, who may yet read the class path below root's home. */
  private static final List<String> AS_NOBODY =
      List.of(
          "setpriv",
          "--reuid=65534",
          "--regid=65534",
          "--clear-groups",
          "--inh-caps=-all,+dac_read_search",
          "--ambient-caps=-all,+dac_read_search",
          "--");

  @Override
  protected Transport transport() {
    return new LibfuseTransport();
  }

  /** Runs a child behind a shell script that prepares a mount name space of its own. */
  private ChildMount child(String script, List<String> options) throws Exception {
    return ChildMount.start(
        transport(),
        mountPoint(),
        Map.of("DIR", directory().toString()),
        List.of("unshare", "-m", "sh", "-c", script + "\nexec \"$0\" \"$@\""),
        List.of(),
        options);
  }

  private void refused(ChildMount child, Reason reason, String... parts) throws Exception {
    String said = child.rest();
    assertThat(child.exitCode()).as(said).isEqualTo(2);
    assertThat(said.lines().filter(line -> line.startsWith(reason + " "))).as(said).hasSize(1);
    assertThat(said).contains(parts);
    assertThat(top()).isNull();
  }

  /** A device that everybody may open, as udev makes it on most systems. */
  private static String deviceForAll() {
    return """
    mkdir "$DIR/dev" && mount -t tmpfs -o dev,mode=755 dev "$DIR/dev" || exit 9
    mknod -m 666 "$DIR/dev/fuse" c 10 229 && mount --bind "$DIR/dev/fuse" /dev/fuse || exit 9
    """;
  }

  @Test
  void mount_ordinaryUser_throughFusermount() throws Exception {
    output("chown", "65534:65534", mountPoint());
    List<String> script = new ArrayList<>(List.of("unshare", "-m", "sh", "-c"));
    script.add(deviceForAll() + "exec \"$0\" \"$@\"");
    script.addAll(AS_NOBODY);
    try (ChildMount child =
        ChildMount.start(
            transport(),
            mountPoint(),
            Map.of("DIR", directory().toString()),
            script,
            List.of(),
            List.of())) {
      child.expect("mounted");
      // The mount is in the child's name space; closing it takes fusermount again.
      child.say("close");
      child.expect("done");
      child.say("return");
      assertThat(child.exitCode()).isZero();
    }
  }

  @Test
  void mount_ordinaryUserAllowOther_refusedWithTheLineToAdd() throws Exception {
    output("chown", "65534:65534", mountPoint());
    List<String> script = new ArrayList<>(List.of("unshare", "-m", "sh", "-c"));
    script.add(
        deviceForAll()
            + "touch \"$DIR/dev/conf\" && mount --bind \"$DIR/dev/conf\" /etc/fuse.conf || exit 9\n"
            + "exec \"$0\" \"$@\"");
    script.addAll(AS_NOBODY);
    try (ChildMount child =
        ChildMount.start(
            transport(),
            mountPoint(),
            Map.of("DIR", directory().toString()),
            script,
            List.of(),
            List.of("allow_other"))) {
      refused(child, Reason.NO_PERMISSION, "-o allow_other", "user_allow_other", "/etc/fuse.conf");
    }
  }

  @Test
  void mount_noLibrary_namesThePackage() throws Exception {
    String hideLibrary =
        """
        for f in /lib/*/libfuse.so* /usr/lib/*/libfuse.so* /usr/local/lib/libfuse.so*; do
          if [ -e "$f" ]; then mount --bind /dev/null "$f" || exit 9; fi
        done
        """;
    try (ChildMount child = child(hideLibrary, List.of())) {
      refused(child, Reason.NOT_INSTALLED, "libfuse.so.2", "libfuse2", "libfuse2t64");
    }
  }

  @Test
  void mount_noDevice_saysWhatToDo() throws Exception {
    String hideDevice =
        """
        mkdir "$DIR/dev" && mount -t tmpfs -o dev dev "$DIR/dev" || exit 9
        cp -a /dev/null /dev/zero /dev/random /dev/urandom "$DIR/dev" || exit 9
        mount --move "$DIR/dev" /dev || exit 9
        """;
    try (ChildMount child = child(hideDevice, List.of())) {
      refused(child, Reason.NO_DEVICE, "/dev/fuse", "modprobe fuse", "--device /dev/fuse");
    }
  }

  @Test
  void mount_rootWithoutCapability_saysWhatToDo() throws Exception {
    try (ChildMount child =
        ChildMount.start(
            transport(),
            mountPoint(),
            Map.of(),
            List.of("setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin", "--"),
            List.of(),
            List.of())) {
      refused(child, Reason.NO_PERMISSION, "CAP_SYS_ADMIN", "--cap-add SYS_ADMIN");
    }
  }

  @Test
  void mount_userNameSpace_works() throws Exception {
    // Root of a new user name space, with a mount name space of its own.
    try (ChildMount child =
        ChildMount.start(
            transport(),
            mountPoint(),
            Map.of(),
            List.of("unshare", "-Urm"),
            List.of(),
            List.of())) {
      child.expect("mounted");
      child.say("close");
      child.expect("done");
      child.say("return");
      assertThat(child.exitCode()).isZero();
    }
  }

  @Test
  void mount_libfuseRefuses_failedAndNothingLeft() throws Exception {
    // A security context that the kernel does not know is refused by mount(2) itself.
    MountException refusal =
        catchThrowableOfType(
            MountException.class, () -> mount(new MemoryFileSystem(), "context=no:such:context"));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(Reason.FAILED);
    assertThat(refusal)
        .hasMessageContaining(mountPoint().toString())
        .hasMessageContaining("stderr");
    assertThat(top()).isNull();
    mount(new MemoryFileSystem());
  }

  @Test
  void mount_descriptor_refused() {
    MountException refusal =
        catchThrowableOfType(
            MountException.class,
            () -> builder(new MemoryFileSystem()).mountPoint(Path.of("/dev/fd/50")).mount());
    assertThat(refusal.reason()).isEqualTo(Reason.BAD_MOUNT_POINT);
    assertThat(refusal).hasMessageContaining("--transport linux");
  }

  @Test
  void read_noAnswer_eioAtTheDeadlineAndServerGoesOn() throws Exception {
    List<Runnable> late = new ArrayList<>();
    MemoryFileSystem fileSystem = new MemoryFileSystem().file("/stalled", "x").file("/f", "fine");
    fileSystem.answerReadsOn(late::add);
    Transport impatient =
        new LibfuseTransport(MountPrerequisites.system(), LibfuseLoop::new, Duration.ofMillis(200));
    FuseServer server = closedAtEnd(builder(fileSystem).transport(impatient).mount());
    assertThat(run("cat", in("stalled")).output()).contains("Input/output error");
    fileSystem.answerReadsOn(Runnable::run);
    late.forEach(Runnable::run);
    assertThat(Files.readString(in("f"))).isEqualTo("fine");
    server.close();
    assertThat(server.ended()).isTrue();
    assertThat(fileSystem.openHandles()).isZero();
  }

  @Test
  void open_sameVersionAgain_pagesKept() throws Exception {
    MemoryFileSystem fileSystem =
        new MemoryFileSystem().file("/file", MemoryContent.pattern(1 << 20, 1));
    mount(fileSystem);
    byte[] first = Files.readAllBytes(in("file"));
    Files.readAllBytes(in("file"));
    long reads = fileSystem.calls("read");
    assertThat(Files.readAllBytes(in("file"))).isEqualTo(first);
    assertThat(fileSystem.calls("read")).isEqualTo(reads);
  }

  @Test
  void mount_autoUnmount_passedOnToFusermount() throws Exception {
    FuseServer server = mount(new MemoryFileSystem(), "auto_unmount");
    assertThat(top()).extracting(MountInfo::type).isEqualTo("fuse.thins3");
    server.close();
    assertThat(server.ended()).isTrue();
  }
}
