package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.fuse.Caller;
import io.thins3.fuse.ChildMount;
import io.thins3.fuse.Errno;
import io.thins3.fuse.Eventually;
import io.thins3.fuse.FileHandle;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.MemoryContent;
import io.thins3.fuse.MemoryFileSystem;
import io.thins3.fuse.Node;
import io.thins3.fuse.OpenResult;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All the ways in which programs read give the bytes of the file, whatever thread answers when. */
class LinuxReadIT extends LinuxMounted {
  private static final int SIZE = 5_000_000;
  private static final int[] BOUNDARIES = {
    0, 1, 4095, 4096, 131_071, 131_072, 131_073, 1_048_575, 1_048_576, 1_048_577, SIZE - 1, SIZE
  };

  private final ScheduledExecutorService late = Executors.newScheduledThreadPool(3);

  @AfterEach
  void endThreads() {
    late.shutdown();
  }

  private static MemoryFileSystem sample() {
    return new MemoryFileSystem().file("/file", MemoryContent.pattern(SIZE, 1));
  }

  private static byte[] expected(long offset, long length) {
    return MemoryContent.patternBytes(offset, (int) Math.min(length, SIZE - offset), 1);
  }

  /** Every answer comes up to 3 ms late, and so in any order. */
  private MemoryFileSystem answeredInAnyOrder() {
    Random random = new Random(2);
    return sample()
        .answerReadsOn(
            answer -> {
              synchronized (random) {
                var unused = late.schedule(answer, random.nextInt(3_000), TimeUnit.MICROSECONDS);
              }
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 64})
  void read_manyThreadsAnswersInAnyOrder_sameBytes(int threads) throws Exception {
    LinuxSession session = serve(answeredInAnyOrder());
    ExecutorService readers = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> work = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        Random random = new Random(t);
        boolean direct = t % 2 == 1;
        work.add(readers.submit(() -> readRandomly(random, direct, 600 / threads + 3)));
      }
      for (Future<?> reader : work) {
        reader.get(90, TimeUnit.SECONDS);
      }
    } finally {
      readers.shutdownNow();
    }
    Eventually.await("nothing is in service", () -> session.inService() == 0);
    assertThat(session.readers()).isBetween(2, 16);
  }

  private Void readRandomly(Random random, boolean direct, int times) {
    int fd = Posix.open(in("file"), Posix.O_RDONLY | (direct ? Posix.O_DIRECT : 0));
    ByteBuffer buffer = Posix.pages(1 << 21);
    for (int i = 0; i < times; i++) {
      int length = 1 + random.nextInt(i % 10 == 0 ? buffer.capacity() : 200_000);
      int offset = random.nextInt(SIZE);
      if (direct) {
        offset &= -4096;
        length = Math.min((length | 4095) + 1, buffer.capacity());
      }
      long read = Posix.CALLS.pread(fd, Posix.pointer(buffer), length, offset);
      assertThat(Posix.bytes(buffer, read)).isEqualTo(expected(offset, length));
    }
    Posix.CALLS.close(fd);
    return null;
  }

  @Test
  void pread_aroundEveryBoundary_sameBytesCachedAndDirect() throws Exception {
    serve(sample());
    int cached = Posix.open(in("file"), Posix.O_RDONLY);
    int direct = Posix.open(in("file"), Posix.O_RDONLY | Posix.O_DIRECT);
    ByteBuffer buffer = Posix.pages(2 << 20);
    for (int offset : BOUNDARIES) {
      for (int length : new int[] {1, 4095, 4096, 131_073, 1_048_576, 1_048_577}) {
        long read = Posix.CALLS.pread(cached, Posix.pointer(buffer), length, offset);
        assertThat(Posix.bytes(buffer, read))
            .as("%d at %d", length, offset)
            .isEqualTo(expected(offset, length));
        // FUSE takes any offset and length for O_DIRECT.
        read = Posix.CALLS.pread(direct, Posix.pointer(buffer), length, offset);
        assertThat(Posix.bytes(buffer, read))
            .as("%d at %d, direct", length, offset)
            .isEqualTo(expected(offset, length));
      }
    }
    Posix.CALLS.close(cached);
    Posix.CALLS.close(direct);
  }

  @Test
  void readv_manyBuffers_sameBytes() throws Exception {
    serve(sample());
    ByteBuffer data = Posix.pages(1 << 20);
    ByteBuffer vector = ByteBuffer.allocateDirect(16 * 64).order(java.nio.ByteOrder.nativeOrder());
    long base = Posix.pointer(data).address();
    for (int i = 0; i < 64; i++) {
      vector.putLong(base + i * 10_007L).putLong(10_007);
    }
    int fd = Posix.open(in("file"), Posix.O_RDONLY);
    long read = Posix.CALLS.readv(fd, Posix.pointer(vector.flip()), 64);
    assertThat(read).isEqualTo(64 * 10_007);
    assertThat(Posix.bytes(data, read)).isEqualTo(expected(0, read));
    Posix.CALLS.close(fd);
  }

  @Test
  void sendfileAndSplice_toPipe_sameBytes() throws Exception {
    serve(answeredInAnyOrder());
    int fd = Posix.open(in("file"), Posix.O_RDONLY);
    int[] pipe = new int[2];
    assertThat(Posix.CALLS.pipe(pipe)).isZero();
    ByteBuffer buffer = Posix.pages(1 << 16);
    byte[] all = new byte[SIZE];
    long at = 0;
    while (at < SIZE) {
      long moved =
          (at / 1000) % 2 == 0
              ? Posix.CALLS.splice(fd, null, pipe[1], null, 60_000, 0)
              : Posix.CALLS.sendfile(pipe[1], fd, null, 50_000);
      assertThat(moved).as("at %d, errno %d", at, Posix.errno()).isPositive();
      for (long left = moved; left > 0; ) {
        long read = readPipe(pipe[0], buffer, left);
        buffer.get(0, all, (int) at, (int) read);
        at += read;
        left -= read;
      }
    }
    assertThat(all).isEqualTo(expected(0, SIZE));
    Posix.CALLS.close(pipe[0]);
    Posix.CALLS.close(pipe[1]);
    Posix.CALLS.close(fd);
  }

  private static long readPipe(int pipe, ByteBuffer buffer, long most) {
    ByteBuffer vector = ByteBuffer.allocateDirect(16).order(java.nio.ByteOrder.nativeOrder());
    vector.putLong(Posix.pointer(buffer).address()).putLong(Math.min(most, buffer.capacity()));
    return Posix.CALLS.readv(pipe, Posix.pointer(vector.flip()), 1);
  }

  @Test
  void copyFileRange_fileSystemCannot_kernelCopies() throws Exception {
    LinuxSession session = serve(sample().writable());
    byte[] before = Files.readAllBytes(in("file"));
    copyRange(in("file"), in("copy"), 3_000_000, 1000);
    assertThat(session.statistics().count(Opcode.COPY_FILE_RANGE)).isEqualTo(1);
    assertThat(Files.readAllBytes(in("copy")))
        .isEqualTo(java.util.Arrays.copyOfRange(before, 1000, 3_001_000));
  }

  @Test
  void copyFileRange_fileSystemCan_noByteReadByTheCaller() throws Exception {
    List<String> copies = new ArrayList<>();
    MemoryFileSystem fileSystem =
        new MemoryFileSystem() {
          @Override
          public long copyFileRange(
              FileHandle source,
              long sourceOffset,
              FileHandle target,
              long targetOffset,
              long length) {
            copies.add(sourceOffset + " " + targetOffset + " " + length);
            return Math.min(length, 70_000);
          }
        };
    fileSystem.writable().file("/file", MemoryContent.pattern(SIZE, 1));
    LinuxSession session = serve(fileSystem);
    copyRange(in("file"), in("copy"), 100_000, 1000);
    assertThat(copies).containsExactly("1000 0 100000", "71000 70000 30000");
    assertThat(session.statistics().count(Opcode.READ)).isZero();
  }

  private static void copyRange(Path from, Path to, long length, long offset) throws Exception {
    Files.createFile(to);
    int in = Posix.open(from, Posix.O_RDONLY);
    int out = Posix.open(to, Posix.O_RDWR);
    assertThat(Posix.CALLS.lseek(in, offset, 0)).isEqualTo(offset);
    for (long left = length; left > 0; ) {
      long copied = Posix.CALLS.copy_file_range(in, null, out, null, left, 0);
      assertThat(copied).as("errno %d", Posix.errno()).isPositive();
      left -= copied;
    }
    Posix.CALLS.close(in);
    Posix.CALLS.close(out);
  }

  @Test
  void lseek_fileSystemKnowsNoHoles_allData() throws Exception {
    serve(sample());
    int fd = Posix.open(in("file"), Posix.O_RDONLY);
    assertThat(Posix.CALLS.lseek(fd, 1000, Posix.SEEK_DATA)).isEqualTo(1000);
    assertThat(Posix.CALLS.lseek(fd, 1000, Posix.SEEK_HOLE)).isEqualTo(SIZE);
    Posix.CALLS.close(fd);
  }

  @Test
  void lseek_fileSystemKnowsHoles_itsAnswer() throws Exception {
    MemoryFileSystem fileSystem =
        new MemoryFileSystem() {
          @Override
          public long lseek(FileHandle handle, long offset, int whence) throws FuseException {
            if (offset > 4_000_000 && whence == Posix.SEEK_DATA) {
              throw new FuseException(Errno.ENXIO);
            }
            return whence == Posix.SEEK_DATA ? 2_000_000 : 3_000_000;
          }
        };
    fileSystem.file("/file", MemoryContent.pattern(SIZE, 1));
    serve(fileSystem);
    int fd = Posix.open(in("file"), Posix.O_RDONLY);
    assertThat(Posix.CALLS.lseek(fd, 1000, Posix.SEEK_DATA)).isEqualTo(2_000_000);
    assertThat(Posix.CALLS.lseek(fd, 2_000_000, Posix.SEEK_HOLE)).isEqualTo(3_000_000);
    assertThat(Posix.CALLS.lseek(fd, 4_500_000, Posix.SEEK_DATA)).isEqualTo(-1);
    assertThat(Posix.errno()).isEqualTo(6);
    Posix.CALLS.close(fd);
  }

  /** A file system whose files are read past the page cache. */
  private static MemoryFileSystem direct() {
    return new MemoryFileSystem() {
      @Override
      public OpenResult open(Node node, int flags, Caller caller) throws FuseException {
        return new OpenResult(super.open(node, flags, caller).handle(), false, true);
      }
    };
  }

  @Test
  void mmap_cachedAndDirectFiles_sameBytes() throws Exception {
    serve(answeredInAnyOrder());
    Path other = Files.createDirectory(directory().resolve("direct"));
    serve(other, direct().file("/file", MemoryContent.pattern(SIZE, 1)));
    Path copy = Files.write(directory().resolve("copy"), expected(0, SIZE));
    String wanted = mapped(copy);
    assertThat(mapped(in("file"))).isEqualTo(wanted);
    assertThat(mapped(other.resolve("file"))).isEqualTo(wanted);
  }

  private static String mapped(Path file) {
    List<Object> command = new ArrayList<>(ChildMount.java());
    command.add("io.thins3.fuse.MapMain");
    command.add(file);
    return output(command.toArray());
  }

  @Test
  void directIo_reads_asTheProgramMakesThem() throws Exception {
    LinuxSession session = serve(direct().file("/file", MemoryContent.pattern(SIZE, 1)));
    try (FileChannel file = FileChannel.open(in("file"))) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(1_048_576);
      for (int i = 0; i < 4; i++) {
        assertThat(file.read(buffer.clear(), i * 1_048_576L)).isEqualTo(1_048_576);
        assertThat(Posix.bytes(buffer, 1_048_576)).isEqualTo(expected(i * 1_048_576L, 1_048_576));
      }
      assertThat(file.read(buffer.clear(), SIZE)).isEqualTo(-1);
    }
    assertThat(session.statistics().reads(1 << 20)).isGreaterThanOrEqualTo(4);
  }

  @Test
  void writeOnlyHandle_cachedReaderOfTheSameFile_seesTheNewBytes() throws Exception {
    LinuxSession session = serve(sample().writable());
    try (FileChannel reader = FileChannel.open(in("file"));
        FileChannel writer = FileChannel.open(in("file"), StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.allocate(10);
      reader.read(buffer, 500_000);
      assertThat(buffer.array()).isEqualTo(expected(500_000, 10));
      byte[] written = MemoryContent.patternBytes(0, 2_000_000, 9);
      assertThat(writer.write(ByteBuffer.wrap(written), 100_000)).isEqualTo(written.length);
      reader.read(buffer.clear(), 500_000);
      assertThat(buffer.array()).isEqualTo(MemoryContent.patternBytes(400_000, 10, 9));
    }
    assertThat(session.statistics().writes(1 << 20)).as("WRITEs of 1 MiB").isPositive();
  }
}
