package io.thins3.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files read through a mount have exactly the bytes that the file system gave. */
public abstract class ContentContract extends MountedContract {
  private static byte[] pread(Path file, long offset, int size) throws Exception {
    try (FileChannel channel = FileChannel.open(file)) {
      return pread(channel, offset, size);
    }
  }

  private static byte[] pread(FileChannel channel, long offset, int size) throws Exception {
    ByteBuffer buffer = ByteBuffer.allocateDirect(size);
    int count = channel.read(buffer, offset);
    byte[] bytes = new byte[Math.max(0, count)];
    buffer.flip().get(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 4095, 4096, 4097, 131_071, 131_072, 131_073, 1_048_575, 1_048_576, 1_048_577})
  void read_fileOfBoundarySize_sameBytes(int size) throws Exception {
    mount(new MemoryFileSystem().file("/file", MemoryContent.pattern(size, 3)));
    assertThat(Files.size(in("file"))).isEqualTo(size);
    assertThat(Files.readAllBytes(in("file"))).isEqualTo(MemoryContent.patternBytes(0, size, 3));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 131_073})
  void pread_aroundTheEnd_shortOrEmpty(int size) throws Exception {
    mount(new MemoryFileSystem().file("/file", MemoryContent.pattern(size, 3)));
    assertThat(pread(in("file"), size, 10)).isEmpty();
    assertThat(pread(in("file"), size + 5000L, 10)).isEmpty();
    int last = Math.min(size, 7);
    assertThat(pread(in("file"), size - last, 100))
        .isEqualTo(MemoryContent.patternBytes(size - last, last, 3));
  }

  @Test
  void pread_beyondFourGibibytes_sameBytes() throws Exception {
    long size = (5L << 30) + 12_345;
    mount(new MemoryFileSystem().file("/huge", MemoryContent.pattern(size, 4)));
    assertThat(Files.size(in("huge"))).isEqualTo(size);
    for (long offset : new long[] {(1L << 31) - 10, (1L << 32) - 10, size - 100_000}) {
      assertThat(pread(in("huge"), offset, 100_000))
          .isEqualTo(MemoryContent.patternBytes(offset, 100_000, 4));
    }
  }

  @Test
  void read_answersFromOtherThreadsOutOfOrder_sameBytes() throws Exception {
    int size = 3_000_000;
    // Two threads answer, each time any of the reads that wait.
    List<Runnable> waiting = new ArrayList<>();
    Random order = new Random(5);
    ExecutorService answering = Executors.newFixedThreadPool(2);
    try {
      MemoryFileSystem fileSystem =
          new MemoryFileSystem()
              .file("/file", MemoryContent.pattern(size, 5))
              .answerReadsOn(
                  answer -> {
                    synchronized (waiting) {
                      waiting.add(answer);
                    }
                    answering.execute(
                        () -> {
                          Runnable any;
                          synchronized (waiting) {
                            any = waiting.remove(order.nextInt(waiting.size()));
                          }
                          any.run();
                        });
                  });
      mount(fileSystem);
      readRandomly(in("file"), size, 5);
      assertThat(Files.readAllBytes(in("file"))).isEqualTo(MemoryContent.patternBytes(0, size, 5));
    } finally {
      answering.shutdown();
    }
  }

  private static void readRandomly(Path file, int size, int pattern) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (FileChannel channel = FileChannel.open(file)) {
      List<Future<?>> readers = new ArrayList<>();
      for (int seed = 0; seed < 8; seed++) {
        Random random = new Random(seed);
        readers.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 40; i++) {
                    int offset = random.nextInt(size);
                    int length = Math.min(size - offset, 1 + random.nextInt(300_000));
                    assertThat(pread(channel, offset, length))
                        .isEqualTo(MemoryContent.patternBytes(offset, length, pattern));
                  }
                  return null;
                }));
      }
      for (Future<?> reader : readers) {
        reader.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void read_manyStalled_othersGoOn() throws Exception {
    ExecutorService readers = Executors.newCachedThreadPool();
    try {
      MemoryFileSystem fileSystem = new MemoryFileSystem();
      for (int i = 0; i < 20; i++) {
        fileSystem.file("/stalled" + i, "late");
      }
      fileSystem.file("/other", "other");
      List<Runnable> late = new ArrayList<>();
      fileSystem.answerReadsOn(
          answer -> {
            synchronized (late) {
              late.add(answer);
            }
          });
      mount(fileSystem);
      List<Future<byte[]>> reads = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Path file = in("stalled" + i);
        reads.add(readers.submit(() -> Files.readAllBytes(file)));
      }
      Eventually.await(
          "20 reads wait",
          () -> {
            synchronized (late) {
              return late.size() >= 20;
            }
          });
      assertThat(Files.size(in("other"))).isEqualTo(5);
      assertThat(output("ls", mountPoint()).lines()).hasSize(21);
      fileSystem.answerReadsOn(Runnable::run);
      assertThat(Files.readString(in("other"))).isEqualTo("other");
      synchronized (late) {
        late.forEach(Runnable::run);
      }
      for (Future<byte[]> read : reads) {
        assertThat(read.get(30, TimeUnit.SECONDS)).asString().isEqualTo("late");
      }
    } finally {
      readers.shutdownNow();
    }
  }

  @Test
  void read_byOtherProgramsAndWays_sameBytes() throws Exception {
    int size = 2_500_000;
    mount(new MemoryFileSystem().file("/file", MemoryContent.pattern(size, 6)));
    Path copy = directory().resolve("copy");
    byte[] expected = MemoryContent.patternBytes(0, size, 6);
    output("dd", "if=" + in("file"), "of=" + copy, "bs=1M", "iflag=direct", "status=none");
    assertThat(Files.readAllBytes(copy)).isEqualTo(expected);
    output("cp", in("file"), copy);
    assertThat(Files.readAllBytes(copy)).isEqualTo(expected);
    Files.write(copy, expected);
    output("cmp", in("file"), copy);
    List<String> mapped = new ArrayList<>(ChildMount.java());
    mapped.addAll(List.of(MapMain.class.getName(), in("file").toString()));
    assertThat(output(mapped.toArray())).isEqualTo(MapMain.checksum(ByteBuffer.wrap(expected)));
  }

  @Test
  void open_fileReplaced_newBytesAndOldHandleNeverMixed() throws Exception {
    int size = 400_000;
    MemoryFileSystem fileSystem =
        new MemoryFileSystem().ttl(Duration.ZERO).file("/file", MemoryContent.pattern(size, 1));
    mount(fileSystem, uncachedOptions());
    try (FileChannel old = FileChannel.open(in("file"))) {
      assertThat(pread(old, 0, 1000)).isEqualTo(MemoryContent.patternBytes(0, 1000, 1));
      fileSystem.file("/file", MemoryContent.pattern(size, 2));
      assertThat(Files.readAllBytes(in("file"))).isEqualTo(MemoryContent.patternBytes(0, size, 2));
      assertThat(pread(old, 200_000, 100_000))
          .isEqualTo(MemoryContent.patternBytes(200_000, 100_000, 1));
      assertThat(pread(old, 0, 1000)).isEqualTo(MemoryContent.patternBytes(0, 1000, 1));
      assertThat(pread(in("file"), 200_000, 100_000))
          .isEqualTo(MemoryContent.patternBytes(200_000, 100_000, 2));
    }
    assertThat(Files.readAllBytes(in("file"))).isEqualTo(MemoryContent.patternBytes(0, size, 2));
  }

  @Test
  void close_everyFileAndDirectory_handlesReleased() throws Exception {
    MemoryFileSystem fileSystem = new MemoryFileSystem();
    for (int i = 0; i < 50; i++) {
      fileSystem.file("/dir" + i + "/file", "x");
    }
    mount(fileSystem);
    for (int i = 0; i < 50; i++) {
      try (InputStream in = Files.newInputStream(in("dir" + i + "/file"))) {
        assertThat(in.read()).isEqualTo('x');
      }
      try (var names = Files.list(in("dir" + i))) {
        assertThat(names.count()).isEqualTo(1);
      }
    }
    assertThat(fileSystem.calls("opened")).isEqualTo(50);
    // The kernel sends RELEASE after close(2) has returned.
    Eventually.await("all handles are released", () -> fileSystem.openHandles() == 0);
  }
}
