package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.nio.file.ExtendedOpenOption;
import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Thins3Process;
import java.io.IOException;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers with O_DIRECT, past the page cache, who keep their descriptor while the object is
 * replaced: each read gives bytes of the version that was opened, or ESTALE.
 */
@Timeout(300)
class DirectReplacementIT {
  private static final int REPLACEMENTS = 300;
  private static final int READERS = 3;
  private static final int MIB = 1 << 20;
  private static final int ALIGNMENT = 4096;

  private final S3Server server = S3Server.shared();
  private final AtomicInteger right = new AtomicInteger();
  private final AtomicInteger stale = new AtomicInteger();

  /** The newest version whose PUT has begun. */
  private final AtomicInteger begun = new AtomicInteger();

  private String bucket = "";
  private Path mount = Path.of("/");
  private Thins3Process thins3;

  @BeforeEach
  void mount(@TempDir Path directory) throws Exception {
    bucket = server.createBucket();
    mount = Files.createDirectory(directory.toRealPath().resolve("mount"));
    thins3 = MountCommand.of(server, bucket, mount).mount();
  }

  @AfterEach
  void end() throws Exception {
    try (Thins3Process mounted = thins3) {
      assertThat(mounted.terminate()).as(mounted.output()).isZero();
    }
  }

  /** A version's bytes are its number again and again; its size tells it, too. */
  private static byte[] version(int number, int size) {
    ByteBuffer bytes = ByteBuffer.allocate(size);
    while (bytes.hasRemaining()) {
      bytes.putInt(number);
    }
    return bytes.array();
  }

  private static int size(int number) {
    return (number % 2 == 0 ? 700_000 : 3 * MIB) + 4 * number;
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ, ExtendedOpenOption.DIRECT);
  }

  private static ByteBuffer buffer(int length) {
    return ByteBuffer.allocateDirect(length + ALIGNMENT).alignedSlice(ALIGNMENT).limit(length);
  }

  /** Reads; every byte must be of the version. Returns how many there were. */
  private static int read(FileChannel channel, long offset, int length, int number)
      throws IOException {
    ByteBuffer bytes = buffer(length);
    int count = channel.read(bytes, offset);
    bytes.flip();
    while (bytes.remaining() >= 4) {
      assertThat(bytes.getInt()).as("version, in %d+%d", offset, length).isEqualTo(number);
    }
    return count;
  }

  @Test
  void descriptor_objectWasReplaced_givesItsOwnVersionOrEstale() throws Exception {
    server.put(bucket, "k", version(1, 40 * MIB));
    try (FileChannel old = open(mount.resolve("k"))) {
      assertThat(read(old, 0, MIB, 1)).isEqualTo(MIB);
      server.put(bucket, "k", version(2, 40 * MIB));
      assertThatThrownBy(() -> read(old, 30 * MIB, MIB, 1))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Stale file handle");
      assertThatThrownBy(() -> read(old, 20 * MIB, ALIGNMENT, 1))
          .hasMessageContaining("Stale file handle");
      assertThat(read(old, 0, ALIGNMENT, 1)).as("it is in memory").isEqualTo(ALIGNMENT);
      try (FileChannel fresh = open(mount.resolve("k"))) {
        assertThat(read(fresh, 30 * MIB, MIB, 2)).isEqualTo(MIB);
        assertThat(read(fresh, 0, MIB, 2)).isEqualTo(MIB);
        assertThatThrownBy(() -> read(old, 30 * MIB, MIB, 1))
            .as("what the other one has read is not its own")
            .hasMessageContaining("Stale file handle");
      }
    }
  }

  @Test
  void descriptors_whileReplaced_giveOneVersionOrEstale() throws Exception {
    long seed = System.nanoTime();
    System.out.println("DirectReplacementIT seed " + seed);
    put(1);
    ExecutorService readers = Executors.newFixedThreadPool(READERS);
    try {
      AtomicBoolean over = new AtomicBoolean();
      List<Future<?>> reading = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        Random random = new Random(seed + i);
        reading.add(
            readers.submit(
                () -> {
                  while (!over.get()) {
                    readUntilStale(random, over);
                  }
                  return null;
                }));
      }
      // On a slow machine a reader may see few of them.
      for (int number = 2;
          number <= REPLACEMENTS || (stale.get() == 0 && number <= 10 * REPLACEMENTS);
          number++) {
        put(number);
      }
      over.set(true);
      for (Future<?> reader : reading) {
        reader.get(60, TimeUnit.SECONDS);
      }
    } finally {
      readers.shutdownNow();
    }
    System.out.println("DirectReplacementIT: " + right + " right, " + stale + " stale");
    assertThat(right.get()).isPositive();
    assertThat(stale.get()).as("nothing was replaced under a reader").isPositive();
  }

  private void put(int number) {
    begun.set(number);
    server.put(bucket, "changing", version(number, size(number)));
  }

  /** Keeps one descriptor for a while, and a little beyond the end of its version. */
  private void readUntilStale(Random random, AtomicBoolean over) throws IOException {
    int failures = 0;
    try (FileChannel channel = open(mount.resolve("changing"))) {
      ByteBuffer first = buffer(ALIGNMENT);
      channel.read(first, 0);
      int number = first.getInt(0);
      int size = size(number);
      // A version that is in memory as a whole is never stale: not for ever on that one.
      for (int reads = 0; reads < 40 && failures < 3 && !over.get(); reads++) {
        long offset = (long) ALIGNMENT * random.nextInt((size - 1) / ALIGNMENT + 1);
        int length = ALIGNMENT * (1 + random.nextInt(256));
        try {
          int count = read(channel, offset, length, number);
          assertThat(count).as("bytes at %d", offset).isEqualTo(Math.min(length, size - offset));
          right.incrementAndGet();
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("Stale file handle");
          assertThat(begun.get()).as("nothing replaces version %d", number).isGreaterThan(number);
          stale.incrementAndGet();
          failures++;
        }
      }
    } catch (IOException e) { // at open, or at its first read
      assertThat(e).hasMessageContaining("Stale file handle");
      stale.incrementAndGet();
    }
  }
}
