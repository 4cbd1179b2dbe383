package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.fuse.Errno;
import io.thins3.fuse.Eventually;
import io.thins3.fuse.FileHandle;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.MemoryContent;
import io.thins3.fuse.MemoryFileSystem;
import io.thins3.fuse.Node;
import io.thins3.fuse.WriteReply;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@link LinuxInterruptIT} leaves: the rarer operations, and a store that lets everybody wait.
 */
class LinuxStallIT extends LinuxMounted {
  /** The calls that no program makes by itself. */
  private static final Map<String, String> CALLS =
      Map.ofEntries(
          Map.entry("getattr", "os.stat(m)"),
          Map.entry("setxattr", "os.setxattr(m + '/file', 'user.new', b'x')"),
          Map.entry("getxattr", "os.getxattr(m + '/file', 'user.old')"),
          Map.entry("listxattr", "os.listxattr(m + '/file')"),
          Map.entry("removexattr", "os.removexattr(m + '/file', 'user.old')"),
          Map.entry("mknod", "os.mknod(m + '/new', 0o100644)"),
          Map.entry("symlink", "os.symlink('target', m + '/new')"),
          Map.entry("rmdir", "os.rmdir(m + '/dir')"),
          Map.entry("fallocate", "os.posix_fallocate(os.open(m + '/file', os.O_RDWR), 0, 100000)"),
          Map.entry("lseek", "os.lseek(os.open(m + '/file', os.O_RDONLY), 0, os.SEEK_DATA)"),
          Map.entry(
              "copy_file_range",
              "os.copy_file_range(os.open(m + '/file', os.O_RDONLY),"
                  + " os.open(m + '/other', os.O_WRONLY), 7)"),
          Map.entry("fsyncdir", "os.fsync(os.open(m + '/dir', os.O_RDONLY))"));

  static List<String> interruptible() {
    return CALLS.keySet().stream().filter(call -> !call.equals("fsyncdir")).sorted().toList();
  }

  /** Waits where its hooks say, in all operations. */
  private static final class Waiting extends MemoryFileSystem {
    final CountDownLatch goOn = new CountDownLatch(1);
    final AtomicInteger begun = new AtomicInteger();
    final AtomicInteger interrupted = new AtomicInteger();
    final AtomicInteger done = new AtomicInteger();
    private final String operation;

    /**
     * @param operation that waits
     */
    Waiting(String operation) {
      this.operation = operation;
      writable().ttl(Duration.ZERO).file("/file", "content").file("/other", "").directory("/dir");
    }

    /** From now on. */
    void hold() {
      before(operation, this::await);
    }

    private void await(String name) throws InterruptedException {
      begun.incrementAndGet();
      try {
        goOn.await();
        done.incrementAndGet();
      } catch (InterruptedException e) {
        interrupted.incrementAndGet();
        throw e;
      }
    }

    private void enter(String called) throws FuseException {
      if (called.equals(operation)) {
        try {
          await("");
        } catch (InterruptedException e) {
          throw new FuseException(Errno.EINTR);
        }
      }
    }

    @Override
    public long lseek(FileHandle handle, long offset, int whence) throws FuseException {
      enter("lseek");
      return offset;
    }

    @Override
    public long copyFileRange(
        FileHandle source, long sourceOffset, FileHandle target, long targetOffset, long length)
        throws FuseException {
      enter("copy_file_range");
      return length;
    }
  }

  private Process call(String operation) throws Exception {
    Assumptions.assumeTrue(
        run("python3", "-c", "import os; os.copy_file_range").exitCode() == 0,
        "not checked: there is no python3 with os.copy_file_range");
    String script = "import os; m = '" + mountPoint() + "'; " + CALLS.get(operation);
    return start("python3", "-c", script);
  }

  @ParameterizedTest
  @MethodSource("interruptible")
  void kill_stalledCall_programEndsAndTheWorkIsGivenUp(String operation) throws Exception {
    Waiting fileSystem = new Waiting(operation);
    LinuxSession session = serve(fileSystem);
    if (operation.endsWith("xattr")) {
      output("python3", "-c", "import os; os.setxattr('" + in("file") + "', 'user.old', b'x')");
    }
    fileSystem.hold();
    Process program = call(operation);
    Eventually.await(operation + " stalls", () -> fileSystem.begun.get() > 0);
    output("kill", "-KILL", program.pid());
    assertThat(ends(program)).isTrue();
    Eventually.await("the work was given up", () -> fileSystem.interrupted.get() > 0);
    fileSystem.undisturbed(operation);
    Eventually.await("all is released", () -> fileSystem.openHandles() == 0);
    Eventually.await("nothing is in service", () -> session.inService() == 0);
    assertThat(output("ls", mountPoint())).contains("file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"KILL", "INT"})
  void signal_stalledFsyncdir_programEndsAndTheWorkGoesOn(String signal) throws Exception {
    Waiting fileSystem = new Waiting("fsyncdir");
    LinuxSession session = serve(fileSystem);
    fileSystem.hold();
    Process program = call("fsyncdir");
    Eventually.await("it stalls", () -> fileSystem.begun.get() > 0);
    output("kill", "-" + signal, program.pid());
    assertThat(ends(program)).isTrue();
    Eventually.await("it is closed", () -> session.statistics().count(Opcode.RELEASEDIR) > 0);
    Eventually.await("that is answered", () -> session.openHandles() == 0);
    assertThat(fileSystem.calls("releasedir")).as("releases during the work").isZero();
    fileSystem.goOn.countDown();
    Eventually.await("the work is done", () -> fileSystem.done.get() == 1);
    Eventually.await("the handle is released", () -> fileSystem.openHandles() == 0);
    assertThat(fileSystem.interrupted).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"KILL", "INT"})
  void signal_stalledWrite_programEndsAndTheFileSystemIsTold(String signal) throws Exception {
    ConcurrentLinkedDeque<Runnable> stalled = new ConcurrentLinkedDeque<>();
    AtomicInteger told = new AtomicInteger();
    MemoryFileSystem fileSystem =
        new MemoryFileSystem() {
          @Override
          public void write(FileHandle handle, long offset, ByteBuffer data, WriteReply reply) {
            reply.onInterrupt(told::incrementAndGet);
            super.write(handle, offset, data, reply);
          }
        };
    fileSystem.writable().file("/file", "content").answerReadsOn(stalled::add);
    LinuxSession session = serve(fileSystem);
    Process program = start("dd", "if=/dev/zero", "of=" + in("file"), "bs=300000", "count=1");
    Eventually.await("a write stalls", () -> !stalled.isEmpty());
    output("kill", "-" + signal, program.pid());
    assertThat(ends(program)).isTrue();
    Eventually.await("told", () -> told.get() > 0);
    assertThat(fileSystem.calls("release")).as("releases during the write").isZero();
    stalled.forEach(Runnable::run);
    Eventually.await("all is released", () -> fileSystem.openHandles() == 0);
    Eventually.await("nothing is in service", () -> session.inService() == 0);
  }

  private static long threads(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .count();
  }

  @Test
  void read_hundredsStalled_holdNoThread() throws Exception {
    int count = 400;
    int size = 10_000;
    ConcurrentLinkedDeque<Runnable> stalled = new ConcurrentLinkedDeque<>();
    MemoryFileSystem fileSystem =
        new MemoryFileSystem()
            .file("/file", MemoryContent.pattern(size, 1))
            .answerReadsOn(stalled::add);
    long before = threads("fuse-");
    LinuxSession session = serve(fileSystem, "direct_io");
    ExecutorService programs = Executors.newFixedThreadPool(count);
    try {
      List<Future<byte[]>> reads = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        reads.add(programs.submit(this::readOnce));
      }
      Eventually.await("all stall", () -> stalled.size() == count);
      Eventually.await("nothing else is in service", () -> session.inService() == count);
      assertThat(session.readers()).isLessThanOrEqualTo(RequestReaders.MOST);
      // Opening took a few, which are idle, and waiting takes none.
      long idle = SyncExecutor.RESERVED * 2L + RequestReaders.MOST;
      Eventually.await("the rest has ended", () -> threads("fuse-") - before <= idle);
      assertThat(Files.size(in("file"))).as("others go on").isEqualTo(size);
      for (Runnable last = stalled.pollLast(); last != null; last = stalled.pollLast()) {
        last.run();
      }
      byte[] expected = MemoryContent.patternBytes(0, size, 1);
      for (Future<byte[]> read : reads) {
        assertThat(Arrays.equals(read.get(30, TimeUnit.SECONDS), expected)).isTrue();
      }
    } finally {
      stalled.forEach(Runnable::run);
      programs.shutdownNow();
    }
    Eventually.await("all is released", () -> fileSystem.openHandles() == 0);
  }

  private byte[] readOnce() throws Exception {
    try (InputStream in = Files.newInputStream(in("file"))) {
      byte[] bytes = new byte[20_000];
      int length = in.read(bytes);
      return Arrays.copyOf(bytes, length);
    }
  }

  @Test
  void lookup_moreStallThanThereAreThreads_whatNeedsNoStoreGoesOn() throws Exception {
    int count = SyncExecutor.MAX_THREADS + 44;
    // No TTL: ls(1) and read(2) ask for attributes each time, which need no store.
    MemoryFileSystem fileSystem = new KnownAttributes().file("/file", "content").ttl(Duration.ZERO);
    CountDownLatch store = new CountDownLatch(1);
    fileSystem.before(
        "lookup",
        name -> {
          if (name.startsWith("slow")) {
            store.await();
          }
        });
    LinuxSession session = serve(fileSystem);
    ExecutorService programs = Executors.newFixedThreadPool(count);
    try {
      List<Future<Boolean>> slow = new ArrayList<>();
      try (InputStream open = Files.newInputStream(in("file"))) {
        for (int i = 0; i < count; i++) {
          Path file = in("slow" + i);
          slow.add(programs.submit(() -> Files.exists(file)));
        }
        Eventually.await("they wait", () -> session.inService() == count);
        Eventually.await(
            "all threads wait", () -> threads("fuse-work-") >= SyncExecutor.MAX_THREADS);
        assertThat(output("stat", "-f", "-c", "%l", mountPoint())).isEqualTo("255");
        assertThat(output("ls", mountPoint())).contains("file");
        assertThat(open.read()).isEqualTo('c');
      }
      Eventually.await(
          "close(2) returned, and it is released", () -> fileSystem.openHandles() == 0);
      Eventually.await("only lookups wait", () -> session.inService() == count);
      store.countDown();
      for (Future<Boolean> lookup : slow) {
        assertThat(lookup.get(30, TimeUnit.SECONDS)).isFalse();
      }
    } finally {
      store.countDown();
      programs.shutdownNow();
    }
  }

  /** Like the product, it knows the attributes of the root and of open files without asking. */
  private static final class KnownAttributes extends MemoryFileSystem {
    @Override
    public @Nullable AttributesAnswer getattrNow(Node node, @Nullable FileHandle handle)
        throws FuseException {
      return getattr(node, handle);
    }
  }
}
