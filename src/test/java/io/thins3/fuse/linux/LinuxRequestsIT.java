package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.fuse.Caller;
import io.thins3.fuse.Eventually;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.LookupResult;
import io.thins3.fuse.MemoryContent;
import io.thins3.fuse.MemoryFileSystem;
import io.thins3.fuse.Node;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Counts requests: what the kernel asks for, and how much at a time. */
class LinuxRequestsIT extends LinuxMounted {
  /** Once, but for others on this machine who have the kernel drop its caches, too. */
  private static final long SOME = 5;

  @Test
  void sequentialRead_throughThePageCache_requestsOfOneMebibyte() throws Exception {
    int size = 64 << 20;
    LinuxSession session =
        serve(new MemoryFileSystem().file("/file", MemoryContent.pattern(size, 1)));
    Path readAhead = Path.of("/sys/class/bdi", device(), "read_ahead_kb");
    Assumptions.assumeTrue(
        Files.isWritable(readAhead), "not checked: " + readAhead + " is not writable");
    assertThat(Files.readString(readAhead).strip()).isEqualTo("1024");
    output("dd", "if=" + in("file"), "of=/dev/null", "bs=64k", "status=none");
    RequestStatistics statistics = session.statistics();
    // The window grows from 128 KiB or so within the first requests.
    assertThat(statistics.reads(1 << 20)).isGreaterThanOrEqualTo(60);
    assertThat(statistics.count(Opcode.READ)).isLessThanOrEqualTo(70);
  }

  private String device() throws Exception {
    var top = top();
    assertThat(top).isNotNull();
    return top == null ? "" : top.device();
  }

  @Test
  void lsLong_manyEntries_readdirplusAndNoGetattrForEach() throws Exception {
    int count = 10_000;
    MemoryFileSystem fileSystem = new MemoryFileSystem().ttl(Duration.ofMinutes(5));
    for (int i = 0; i < count; i++) {
      fileSystem.file("/dir/file" + i, "x");
    }
    LinuxSession session = serve(fileSystem);
    assertThat(output("sh", "-c", "ls -l " + in("dir") + " | wc -l"))
        .isEqualTo(Integer.toString(count + 1));
    RequestStatistics statistics = session.statistics();
    assertThat(statistics.count(Opcode.READDIRPLUS)).isPositive();
    // Not one for each; some where others had the kernel's caches dropped meanwhile.
    assertThat(statistics.count(Opcode.GETATTR)).isLessThan(count / 10);
    assertThat(statistics.count(Opcode.LOOKUP)).isLessThan(count / 10);
  }

  @Test
  void stat_withinTheTtl_noSecondRequest() throws Exception {
    LinuxSession session =
        serve(new MemoryFileSystem().ttl(Duration.ofMinutes(5)).file("/file", "x"));
    for (int i = 0; i < 100; i++) {
      assertThat(Files.size(in("file"))).isEqualTo(1);
    }
    assertThat(session.statistics().count(Opcode.LOOKUP)).isLessThan(SOME);
    assertThat(session.statistics().count(Opcode.GETATTR)).isLessThan(SOME);
  }

  @Test
  void absentName_withinItsTime_noSecondRequest() throws Exception {
    MemoryFileSystem fileSystem =
        new MemoryFileSystem() {
          @Override
          public LookupResult lookup(Node parent, String name, Caller caller) throws FuseException {
            LookupResult found = super.lookup(parent, name, caller);
            return found.entry() == null && name.startsWith("believed")
                ? LookupResult.absent(Duration.ofMinutes(5))
                : found;
          }
        };
    LinuxSession session = serve(fileSystem);
    for (int i = 0; i < 100; i++) {
      assertThat(Files.exists(in("believed"))).isFalse();
    }
    assertThat(session.statistics().count(Opcode.LOOKUP)).isLessThan(SOME);
    for (int i = 0; i < 100; i++) {
      assertThat(Files.exists(in("asked"))).isFalse();
    }
    assertThat(session.statistics().count(Opcode.LOOKUP)).isGreaterThanOrEqualTo(100);
  }

  @Test
  void option_maxReadahead_setsTheMountsReadAhead() throws Exception {
    serve(new MemoryFileSystem(), "max_readahead=262144");
    Path readAhead = Path.of("/sys/class/bdi", device(), "read_ahead_kb");
    Assumptions.assumeTrue(
        Files.isWritable(readAhead), "not checked: " + readAhead + " is not writable");
    assertThat(Files.readString(readAhead).strip()).isEqualTo("256");
  }

  @Test
  void option_directIo_noPageIsKept() throws Exception {
    LinuxSession session =
        serve(new MemoryFileSystem().file("/file", MemoryContent.pattern(1 << 20, 1)), "direct_io");
    for (int i = 1; i <= 3; i++) {
      output("dd", "if=" + in("file"), "of=/dev/null", "bs=256k", "count=4", "status=none");
      assertThat(session.statistics().reads(256 << 10)).isEqualTo(4L * i);
    }
  }

  @Test
  void cachedWrites_manyToOneFile_askForCapabilitiesOnceAtMost() throws Exception {
    LinuxSession session = serve(new MemoryFileSystem().writable());
    output("sh", "-c", "for i in 1 2 3 4 5; do echo x; done 1<> " + in("new"));
    assertThat(session.statistics().count(Opcode.WRITE)).isEqualTo(5);
    assertThat(session.statistics().count(Opcode.GETXATTR)).isLessThanOrEqualTo(1);
  }

  @Test
  void openAgain_sameVersion_pagesKept() throws Exception {
    LinuxSession session =
        serve(new MemoryFileSystem().file("/file", MemoryContent.pattern(1 << 20, 1)));
    byte[] first = Files.readAllBytes(in("file"));
    long reads = session.statistics().count(Opcode.READ);
    assertThat(Files.readAllBytes(in("file"))).isEqualTo(first);
    assertThat(session.statistics().count(Opcode.READ)).isEqualTo(reads);
  }

  @Test
  void hundredThousandOpensAndLookups_afterwards_nothingIsLeft() throws Exception {
    int directories = 100;
    int files = 1000;
    MemoryFileSystem fileSystem = new MemoryFileSystem().ttl(Duration.ofMinutes(5));
    for (int d = 0; d < directories; d++) {
      for (int f = 0; f < files; f++) {
        fileSystem.file("/d" + d + "/f" + f, "x");
      }
    }
    LinuxSession session = serve(fileSystem);
    openAll(1, files);
    forgetAll(session);
    long heap = usedHeap();
    long direct = usedDirectMemory(session);
    openAll(directories, files);
    assertThat(session.statistics().count(Opcode.OPEN)).isEqualTo(101_000);
    assertThat(session.statistics().count(Opcode.LOOKUP)).isGreaterThanOrEqualTo(100_000);
    Eventually.await("all files are released", () -> session.openHandles() == 0);
    forgetAll(session);
    Eventually.await("nothing is in service", () -> session.inService() == 0);
    assertThat(usedHeap() - heap).as("bytes kept").isLessThan(8 << 20);
    assertThat(usedDirectMemory(session) - direct).as("direct bytes kept").isLessThan(4 << 20);
    assertThat(session.statistics().count(Opcode.BATCH_FORGET)).isPositive();
  }

  private void openAll(int directories, int files) throws Exception {
    for (int d = 0; d < directories; d++) {
      for (int f = 0; f < files; f++) {
        FileChannel.open(in("d" + d + "/f" + f)).close();
      }
    }
  }

  private static void forgetAll(LinuxSession session) throws Exception {
    dropNames();
    // The kernel lets go of some only when asked again.
    Eventually.await(
        "all nodes are forgotten",
        () -> {
          dropNames();
          return session.knownNodes() == 0;
        });
  }

  /** What is not on the heap, but for the buffers of the threads that take requests. */
  private static long usedDirectMemory(LinuxSession session) {
    System.gc();
    long used =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    assertThat(used).isPositive();
    return used - (long) session.readers() * Connection.REQUEST_SIZE;
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
