package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.thins3.fuse.ChildMount;
import io.thins3.fuse.Eventually;
import io.thins3.fuse.FuseServer;
import io.thins3.fuse.InterruptedMounts;
import io.thins3.fuse.MemoryContent;
import io.thins3.fuse.MemoryFileSystem;
import io.thins3.fuse.MountException;
import io.thins3.fuse.MountException.Reason;
import io.thins3.fuse.MountInfo;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The ways to a mount, and to its end, that only this transport has. */
class LinuxMountIT extends LinuxMounted {
  private static MemoryFileSystem sample() {
    return new MemoryFileSystem().file("/file", MemoryContent.pattern(300_000, 1));
  }

  private ChildMount child(List<String> prefix, Map<String, String> environment, String... options)
      throws Exception {
    return ChildMount.start(
        transport(), mountPoint(), environment, prefix, List.of(), List.of(options));
  }

  private static void closeAndReturn(ChildMount child) throws Exception {
    child.say("close");
    child.expect("done");
    child.say("return");
    assertThat(child.exitCode()).isZero();
  }

  private void refused(ChildMount child, Reason reason, String... parts) throws Exception {
    String said = child.rest();
    assertThat(child.exitCode()).as(said).isEqualTo(2);
    assertThat(said.lines().filter(line -> line.startsWith(reason + " "))).as(said).hasSize(1);
    assertThat(said).contains(parts);
    assertThat(top()).isNull();
  }

  /** A command that runs the rest as an ordinary user who may open the device. */
  private static List<String> asNobody(String preparation) {
    String deviceForAll =
        """
        mkdir "$DIR/dev" && mount -t tmpfs -o dev,mode=755 dev "$DIR/dev" || exit 9
        mknod -m 666 "$DIR/dev/fuse" c 10 229 && mount --bind "$DIR/dev/fuse" /dev/fuse || exit 9
        """;
    List<String> command = new ArrayList<>(List.of("unshare", "-m", "sh", "-c"));
    command.add(deviceForAll + preparation + "exec \"$0\" \"$@\"");
    command.addAll(
        List.of(
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            // To read the class path below root's home.
            "--inh-caps=-all,+dac_read_search",
            "--ambient-caps=-all,+dac_read_search",
            "--"));
    return command;
  }

  private Map<String, String> environment() {
    return Map.of("DIR", directory().toString());
  }

  @Test
  void mount_ordinaryUser_throughFusermount() throws Exception {
    output("chown", "65534:65534", mountPoint());
    try (ChildMount child = child(asNobody(""), environment())) {
      child.expect("mounted");
      // The mount is in the child's name space; closing it takes fusermount again.
      closeAndReturn(child);
    }
  }

  @Test
  void mount_ordinaryUserAndAutoUnmount_throughFusermount() throws Exception {
    output("chown", "65534:65534", mountPoint());
    try (ChildMount child = child(asNobody(""), environment(), "auto_unmount")) {
      child.expect("mounted");
      closeAndReturn(child);
    }
  }

  @Test
  void mount_ordinaryUserAllowOther_refusedWithTheLineToAdd() throws Exception {
    output("chown", "65534:65534", mountPoint());
    List<String> script = asNobody("mount --bind /dev/null /etc/fuse.conf || exit 9\n");
    try (ChildMount child = child(script, environment(), "allow_other")) {
      refused(child, Reason.NO_PERMISSION, "allow_other", "user_allow_other", "/etc/fuse.conf");
    }
  }

  @Test
  void allowRoot_mountedByRoot_othersGetNothing() throws Exception {
    serve(sample(), "allow_root");
    assertThat(output("stat", "-c", "%s", in("file"))).isEqualTo("300000");
    Ran listing = run("setpriv", "--reuid=65534", "--clear-groups", "ls", mountPoint());
    Ran reading = run("setpriv", "--reuid=65534", "--clear-groups", "cat", in("file"));
    assertThat(listing.output()).contains("Permission denied");
    assertThat(reading.output()).contains("Permission denied");
  }

  @Test
  void mount_interruptedAtAnyMoment_nothingLeft() throws Exception {
    InterruptedMounts.run(transport(), mountPoint());
    assertThat(top()).isNull();
  }

  @Test
  void mount_userNameSpace_works() throws Exception {
    try (ChildMount child = child(List.of("unshare", "-Urm"), Map.of())) {
      child.expect("mounted");
      closeAndReturn(child);
    }
  }

  @Test
  void mount_rootWithoutCapability_saysWhatToDo() throws Exception {
    List<String> prefix =
        List.of("setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin", "--");
    try (ChildMount child = child(prefix, Map.of())) {
      refused(child, Reason.NO_PERMISSION, "CAP_SYS_ADMIN", "--cap-add SYS_ADMIN");
    }
  }

  @Test
  void autoUnmount_serverKilled_mountGoes() throws Exception {
    // Several times: in the wrong order of its descriptors it stayed one time in ten.
    for (int i = 0; i < 5; i++) {
      try (ChildMount child = child(List.of(), Map.of(), "auto_unmount")) {
        child.expect("mounted");
        assertThat(Files.readString(in("hello.txt"))).isEqualTo("hello\n");
        child.kill();
      }
      Eventually.await("fusermount has unmounted", () -> top() == null);
    }
  }

  @Test
  void autoUnmount_closed_mountGoesAndFusermountToo() throws Exception {
    LinuxSession session = serve(sample(), "auto_unmount");
    assertThat(Files.size(in("file"))).isEqualTo(300_000);
    session.unmount();
    Eventually.await("the session ends", session::ended);
    assertThat(top()).isNull();
    Eventually.await(
        "fusermount has ended",
        () -> run("pgrep", "-f", "fusermount.*" + mountPoint()).exitCode() != 0);
  }

  @Test
  void autoUnmount_fusermountStays_hasNothingOfThisProcess() throws Exception {
    LinuxSession session = serve(sample(), "auto_unmount");
    assertThat(Files.size(in("file"))).isEqualTo(300_000);
    String pid = output("pgrep", "-f", "fusermount.*" + mountPoint());
    assertThat(Files.readString(Path.of("/proc", pid, "environ")).split("\0", -1))
        .filteredOn(variable -> !variable.isEmpty())
        .extracting(variable -> variable.replaceFirst("=.*", ""))
        .isSubsetOf("PATH", "LC_ALL", "_FUSE_COMMFD");
    List<String> open = new ArrayList<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc", pid, "fd"))) {
      for (Path descriptor : descriptors.toList()) {
        String target = Files.readSymbolicLink(descriptor).toString();
        open.add(descriptor.getFileName() + " " + target.replaceFirst(":.*", ""));
      }
    }
    assertThat(open).contains("0 /dev/null", "1 /dev/null", "3 socket");
    assertThat(open)
        .allMatch(one -> one.matches("[01] /dev/null|2 pipe|3 socket|[0-9]+ /dev/fuse"));
    session.unmount();
    Eventually.await("the session ends", session::ended);
  }

  @Test
  void autoUnmount_onlyTheOldFusermount_works() throws Exception {
    Path programs = Files.createDirectory(directory().resolve("bin"));
    Path fusermount = Path.of("/usr/bin/fusermount3");
    Assumptions.assumeTrue(Files.exists(fusermount), "not checked: no " + fusermount);
    Files.createSymbolicLink(programs.resolve("fusermount"), fusermount);
    try (ChildMount child = child(List.of(), Map.of("PATH", programs.toString()), "auto_unmount")) {
      child.expect("mounted");
      closeAndReturn(child);
    }
    assertThat(top()).isNull();
  }

  @Test
  void autoUnmount_fusermountCannotBeStarted_saysWhy() throws Exception {
    Path programs = Files.createDirectory(directory().resolve("bin"));
    Files.writeString(programs.resolve("fusermount3"), "not executable");
    try (ChildMount child = child(List.of(), Map.of("PATH", programs.toString()), "auto_unmount")) {
      refused(child, Reason.FAILED, "cannot start", "bin/fusermount3", "not executable");
    }
  }

  @Test
  void mount_ordinaryUserWithAccessTimeOptions_works() throws Exception {
    output("chown", "65534:65534", mountPoint());
    try (ChildMount child = child(asNobody(""), environment(), "relatime,nodiratime,noatime")) {
      child.expect("mounted");
      closeAndReturn(child);
    }
  }

  @Test
  void autoUnmount_noFusermount_namesThePackage() throws Exception {
    try (ChildMount child = child(List.of(), Map.of("PATH", "/nonexistent"), "auto_unmount")) {
      refused(child, Reason.NOT_INSTALLED, "fusermount3", "package fuse3");
    }
  }

  @Test
  void descriptor_mountedByOthers_servedAndEndedWithoutUnmounting() throws Exception {
    Syscalls sys = Syscalls.load();
    int fd = sys.open("/dev/fuse", Syscalls.O_RDWR | Syscalls.O_CLOEXEC);
    assertThat(fd).isPositive();
    String data = "fd=%d,rootmode=40000,user_id=0,group_id=0".formatted(fd);
    assertThat(sys.mount("others", mountPoint().toString(), "fuse.others", 0, data)).isZero();
    FuseServer server = builder(sample()).mountPoint(Path.of("/dev/fd/" + fd)).mount();
    for (int i = 0; i < 20; i++) {
      assertThat(Files.readAllBytes(in("file")))
          .isEqualTo(MemoryContent.patternBytes(0, 300_000, 1));
      dropNames();
    }
    server.close();
    assertThat(server.ended()).isTrue();
    assertThat(run("ls", mountPoint()).output()).contains("Transport endpoint is not connected");
    assertThat(top()).extracting(MountInfo::source).isEqualTo("others");
  }

  @Test
  void descriptor_unmountedByOthers_ends() throws Exception {
    Syscalls sys = Syscalls.load();
    int fd = sys.open("/dev/fuse", Syscalls.O_RDWR | Syscalls.O_CLOEXEC);
    String data = "fd=%d,rootmode=40000,user_id=0,group_id=0".formatted(fd);
    assertThat(sys.mount("others", mountPoint().toString(), "fuse.others", 0, data)).isZero();
    FuseServer server = builder(sample()).mountPoint(Path.of("/dev/fd/" + fd)).mount();
    assertThat(Files.size(in("file"))).isEqualTo(300_000);
    output("umount", mountPoint());
    assertThat(server.awaitEnd(Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void descriptor_notOpenOrNotFuse_refused() throws Exception {
    MountException notOpen =
        catchThrowableOfType(
            MountException.class,
            () -> builder(sample()).mountPoint(Path.of("/dev/fd/987654")).mount());
    assertThat(notOpen.reason()).isEqualTo(Reason.NO_DEVICE);
    assertThat(notOpen).hasMessageContaining("987654");
    Syscalls sys = Syscalls.load();
    int[] pipe = new int[2];
    assertThat(sys.libc().pipe2(pipe, 0)).isZero();
    int flags = sys.fcntl(pipe[0], Syscalls.F_GETFL, 0);
    MountException noDevice =
        catchThrowableOfType(
            MountException.class,
            () -> builder(sample()).mountPoint(Path.of("/dev/fd/" + pipe[0])).mount());
    assertThat(noDevice.reason()).isEqualTo(Reason.NO_DEVICE);
    assertThat(noDevice).hasMessageContaining("pipe:");
    assertThat(sys.fcntl(pipe[0], Syscalls.F_GETFL, 0)).as("left as it was").isEqualTo(flags);
    assertThat(sys.close(pipe[0])).as("left open").isZero();
    assertThat(sys.close(pipe[1])).isZero();
  }

  @Test
  void descriptor_optionsOfTheMount_refusedByName() throws Exception {
    for (String option : List.of("ro", "allow_other", "fsname=x", "auto_unmount")) {
      MountException refused =
          catchThrowableOfType(
              MountException.class,
              () ->
                  builder(sample())
                      .mountPoint(Path.of("/dev/fd/0"))
                      .options(List.of(option))
                      .mount());
      assertThat(refused.reason()).isEqualTo(Reason.BAD_OPTION);
      assertThat(refused).hasMessageContaining("-o " + option.replaceFirst("=.*", ""));
    }
  }

  @Test
  void descriptor_unmountWhileAReadWaits_theReaderIsInterrupted() throws Exception {
    Syscalls sys = Syscalls.load();
    int fd = sys.open("/dev/fuse", Syscalls.O_RDWR | Syscalls.O_CLOEXEC);
    String data = "fd=%d,rootmode=40000,user_id=0,group_id=0".formatted(fd);
    assertThat(sys.mount("others", mountPoint().toString(), "fuse.others", 0, data)).isZero();
    ConcurrentLinkedQueue<Runnable> stalled = new ConcurrentLinkedQueue<>();
    MemoryFileSystem fileSystem = sample().answerReadsOn(stalled::add);
    FuseServer server =
        builder(fileSystem)
            .mountPoint(Path.of("/dev/fd/" + fd))
            .drainTimeout(Duration.ofMillis(200))
            .mount();
    int open = Posix.open(in("file"), Posix.O_RDONLY | Posix.O_DIRECT);
    CompletableFuture<Integer> reader =
        CompletableFuture.supplyAsync(
            () -> {
              ByteBuffer buffer = Posix.pages(4096);
              long read = Posix.CALLS.pread(open, Posix.pointer(buffer), 4096, 0);
              return read < 0 ? Posix.errno() : 0;
            });
    Eventually.await("a read waits", () -> !stalled.isEmpty());
    server.unmount();
    assertThat(reader.get(30, TimeUnit.SECONDS)).isEqualTo(Syscalls.EINTR);
    stalled.forEach(Runnable::run);
    assertThat(server.awaitEnd(Duration.ofSeconds(30))).isTrue();
    assertThat(fileSystem.openHandles()).isZero();
    Posix.CALLS.close(open);
  }

  @Test
  void mountAndClose_twoHundredTimes_nothingLeftBehind() throws Exception {
    // The first ones load classes and begin threads that stay.
    mountAndCloseOnce(0);
    mountAndCloseOnce(1);
    long descriptors = descriptors();
    for (int i = 0; i < 200; i++) {
      mountAndCloseOnce(i);
    }
    assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 3);
    Eventually.await(
        "the threads have ended",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().matches("fuse-[0-9]+")));
  }

  private void mountAndCloseOnce(int number) throws Exception {
    LinuxSession session =
        serve(new MemoryFileSystem().file("/file" + number, "content " + number));
    assertThat(Files.readString(in("file" + number))).isEqualTo("content " + number);
    session.unmount();
    Eventually.await("the session ends", session::ended);
    assertThat(top()).isNull();
  }

  private static long descriptors() throws Exception {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  @Test
  void abort_fromOutside_endsAndReleasesEverything() throws Exception {
    MemoryFileSystem fileSystem = sample();
    LinuxSession session = serve(fileSystem);
    int open = Posix.open(in("file"), Posix.O_RDONLY);
    assertThat(fileSystem.openHandles()).isEqualTo(1);
    // Aborts the connection, although the mount is in use.
    run("umount", "-f", mountPoint());
    Eventually.await("the session ends", session::ended);
    assertThat(fileSystem.openHandles()).as("nobody sends RELEASE any more").isZero();
    assertThat(top()).as("no dead mount is left").isNull();
    // An error where the kernel sends FLUSH for readers, too (before 5.16).
    Posix.CALLS.close(open);
  }

  @Test
  void refuseOpens_whatIsOpenGoesOn() throws Exception {
    LinuxSession session = serve(sample());
    try (InputStream open = Files.newInputStream(in("file"))) {
      assertThat(open.read()).isNotNegative();
      session.refuseOpens();
      assertThatThrownBy(() -> Files.newInputStream(in("file")).close())
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("shutdown");
      assertThat(open.readAllBytes()).hasSize(299_999);
      assertThat(Files.size(in("file"))).isEqualTo(300_000);
    }
  }

  @Test
  void awaitQuiet_somethingInService_waitsForIt() throws Exception {
    MemoryFileSystem fileSystem = sample();
    CountDownLatch store = new CountDownLatch(1);
    LinuxSession session = serve(fileSystem);
    fileSystem.before("statfs", name -> store.await());
    start("stat", "-f", mountPoint());
    Eventually.await("statfs waits", () -> session.inService() > 0);
    assertThat(session.awaitQuiet(Duration.ofMillis(50))).isFalse();
    store.countDown();
    assertThat(session.awaitQuiet(Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void umount_whileFlushGoesOn_endsAfterIt() throws Exception {
    MemoryFileSystem fileSystem = sample().writable();
    CountDownLatch store = new CountDownLatch(1);
    LinuxSession session = serve(fileSystem);
    fileSystem.before("flush", name -> store.await());
    Process writer = start("cp", "/etc/passwd", in("new"));
    Eventually.await("the flush waits", () -> fileSystem.calls("flush") > 0);
    output("kill", "-KILL", writer.pid());
    assertThat(ends(writer)).isTrue();
    output("umount", "-l", mountPoint());
    assertThat(session.ended()).isFalse();
    store.countDown();
    Eventually.await("the session ends", session::ended);
    assertThat(fileSystem.openHandles()).isZero();
  }
}
