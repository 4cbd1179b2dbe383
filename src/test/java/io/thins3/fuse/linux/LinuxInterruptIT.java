package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.fuse.Caller;
import io.thins3.fuse.Eventually;
import io.thins3.fuse.FileHandle;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.LookupResult;
import io.thins3.fuse.MemoryContent;
import io.thins3.fuse.MemoryFileSystem;
import io.thins3.fuse.Node;
import io.thins3.fuse.ReadReply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who waits for a store that does not answer can be killed, and everybody else goes on. */
class LinuxInterruptIT extends LinuxMounted {
  /** A file system whose reads stall, and tell when nobody waits for them any more. */
  private static final class Stalling extends MemoryFileSystem {
    final Queue<Runnable> stalled = new ConcurrentLinkedQueue<>();
    final AtomicInteger givenUp = new AtomicInteger();

    Stalling() {
      answerReadsOn(stalled::add);
    }

    @Override
    public void read(FileHandle handle, long offset, int size, ReadReply reply) {
      reply.onInterrupt(givenUp::incrementAndGet);
      super.read(handle, offset, size, reply);
    }

    @Override
    public @Nullable LookupResult lookupNow(Node parent, String name, Caller caller)
        throws FuseException {
      return name.startsWith("known") ? lookup(parent, name, caller) : null;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"KILL", "INT"})
  void signal_hundredStalledReads_allEndAndTheFileSystemIsTold(String signal) throws Exception {
    Stalling fileSystem = new Stalling();
    for (int i = 0; i < 100; i++) {
      fileSystem.file("/stalled" + i, MemoryContent.pattern(300_000, i));
    }
    LinuxSession session = serve(fileSystem);
    List<Process> readers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      // Half of them wait for a page that the kernel reads ahead, half for the answer itself.
      readers.add(
          i % 2 == 0
              ? start("cat", in("stalled" + i))
              : start("dd", "if=" + in("stalled" + i), "of=/dev/null", "bs=64k", "iflag=direct"));
    }
    // 50 for O_DIRECT, and as many of the kernel's own as it has under way at once (64 in all).
    Eventually.await("100 reads stall", () -> fileSystem.stalled.size() >= 50 + 48);
    for (Process reader : readers) {
      output("kill", "-" + signal, reader.pid());
    }
    for (Process reader : readers) {
      assertThat(ends(reader)).isTrue();
    }
    assertThat(session.statistics().count(Opcode.INTERRUPT)).isGreaterThanOrEqualTo(50);
    Eventually.await("told", () -> fileSystem.givenUp.get() >= 50);
    // The store answers after all: nobody is there to take it.
    fileSystem.answerReadsOn(Runnable::run);
    for (Runnable late = fileSystem.stalled.poll();
        late != null;
        late = fileSystem.stalled.poll()) {
      late.run();
    }
    Eventually.await("all is released", () -> session.openHandles() == 0);
    Eventually.await("nothing is in service", () -> session.inService() == 0);
    assertThat(Files.readAllBytes(in("stalled7")))
        .isEqualTo(MemoryContent.patternBytes(0, 300_000, 7));
  }

  /** What brings each operation about. */
  private static final Map<String, String> COMMANDS =
      Map.ofEntries(
          Map.entry("lookup", "stat %s/file"),
          Map.entry("open", "cat %s/file"),
          Map.entry("opendir", "ls %s"),
          Map.entry("readdir", "ls %s"),
          Map.entry("statfs", "stat -f %s"),
          Map.entry("setattr", "chmod 600 %s/file"),
          Map.entry("readlink", "cat %s/link"),
          Map.entry("mkdir", "mkdir %s/new"),
          Map.entry("create", "cp /etc/passwd %s/new"),
          Map.entry("unlink", "rm %s/file"),
          Map.entry("rename", "mv %s/file %s/moved"),
          Map.entry("flush", "cp /etc/passwd %s/file"),
          Map.entry("fsync", "sync %s/file"));

  @ParameterizedTest
  @CsvSource({
    "lookup, KILL",
    "lookup, INT",
    "open, KILL",
    "opendir, KILL",
    "readdir, KILL",
    "readdir, INT",
    "statfs, KILL",
    "setattr, KILL",
    "readlink, INT",
    "mkdir, KILL",
    "create, KILL",
    "unlink, INT",
    "rename, KILL"
  })
  void signal_stalledOperation_programEndsAndTheWorkIsGivenUp(String operation, String signal)
      throws Exception {
    MemoryFileSystem fileSystem =
        new MemoryFileSystem().writable().file("/file", "content").link("/link", "file");
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger interrupted = new AtomicInteger();
    LinuxSession session = serve(fileSystem);
    fileSystem.before(
        operation,
        name -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            interrupted.incrementAndGet();
            throw e;
          }
        });
    Process program = stalled(fileSystem, operation);
    output("kill", "-" + signal, program.pid());
    assertThat(ends(program)).isTrue();
    Eventually.await("the work was given up", () -> interrupted.get() > 0);
    fileSystem.undisturbed(operation);
    Eventually.await("all is released", () -> session.openHandles() == 0);
    Eventually.await("nothing is in service", () -> session.inService() == 0);
    assertThat(output("ls", mountPoint())).contains("link");
  }

  @ParameterizedTest
  @CsvSource({"flush, KILL", "flush, INT", "fsync, KILL", "fsync, INT"})
  void signal_stalledFlush_programEndsAndTheUploadGoesOn(String operation, String signal)
      throws Exception {
    MemoryFileSystem fileSystem = new MemoryFileSystem().writable().file("/file", "content");
    CountDownLatch store = new CountDownLatch(1);
    AtomicInteger uploaded = new AtomicInteger();
    LinuxSession session = serve(fileSystem);
    fileSystem.before(
        operation,
        name -> {
          store.await();
          uploaded.incrementAndGet();
        });
    Process program = stalled(fileSystem, operation);
    output("kill", "-" + signal, program.pid());
    assertThat(ends(program)).isTrue();
    // The kernel takes the interrupted request for done, and closes the file.
    Eventually.await("it is closed", () -> session.statistics().count(Opcode.RELEASE) > 0);
    Eventually.await("that is answered", () -> session.openHandles() == 0);
    assertThat(uploaded).hasValue(0);
    assertThat(session.inService()).isPositive();
    assertThat(fileSystem.calls("release")).as("releases during the upload").isZero();
    store.countDown();
    Eventually.await("the upload is complete", () -> uploaded.get() > 0);
    Eventually.await("the handle is released", () -> fileSystem.calls("release") == 1);
    Eventually.await("nothing is in service", () -> session.inService() == 0);
  }

  private Process stalled(MemoryFileSystem fileSystem, String operation) throws Exception {
    String command = COMMANDS.getOrDefault(operation, "").replace("%s", mountPoint().toString());
    Process program = start("sh", "-c", "exec " + command);
    Eventually.await(operation + " stalls", () -> fileSystem.calls(operation) > 0);
    return program;
  }

  @Test
  void lookup_twoHundredSlow_oneThatIsKnownIsAnswered() throws Exception {
    Stalling fileSystem = new Stalling();
    fileSystem.file("/known", "x");
    CountDownLatch store = new CountDownLatch(1);
    serve(fileSystem);
    fileSystem.before(
        "lookup",
        name -> {
          if (name.startsWith("slow")) {
            store.await();
          }
        });
    ExecutorService programs = Executors.newFixedThreadPool(200);
    try {
      List<Future<Boolean>> slow = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        Path file = in("slow" + i);
        slow.add(programs.submit(() -> Files.exists(file)));
      }
      Eventually.await("200 wait", () -> fileSystem.calls("lookup") >= 200);
      assertThat(Files.size(in("known"))).isEqualTo(1);
      store.countDown();
      for (Future<Boolean> lookup : slow) {
        assertThat(lookup.get(30, TimeUnit.SECONDS)).isFalse();
      }
    } finally {
      programs.shutdownNow();
    }
  }

  @Test
  void umount_requestsWaiting_theyEndAndTheSessionToo() throws Exception {
    Stalling fileSystem = new Stalling();
    fileSystem.file("/file", MemoryContent.pattern(300_000, 1));
    LinuxSession session = serve(fileSystem);
    Process reader = start("dd", "if=" + in("file"), "of=/dev/null", "bs=64k", "iflag=direct");
    Eventually.await("a read stalls", () -> !fileSystem.stalled.isEmpty());
    // MNT_FORCE aborts the connection: the reader gets an error, and so the mount is free.
    run("umount", "-f", mountPoint());
    assertThat(ends(reader)).isTrue();
    Eventually.await("told", () -> fileSystem.givenUp.get() > 0);
    fileSystem.stalled.forEach(Runnable::run);
    session.unmount();
    Eventually.await("the session ends", session::ended);
    assertThat(fileSystem.openHandles()).isZero();
  }
}
