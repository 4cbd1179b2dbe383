package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Thins3Process;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An object is replaced a thousand times while others read it. */
@Timeout(300)
class ReplacementIT {
  private static final int REPLACEMENTS = 1000;
  private static final int READERS = 4;
  private static final int MIB = 1 << 20;

  private final S3Server server = S3Server.shared();
  private final AtomicInteger whole = new AtomicInteger();
  private final AtomicInteger stale = new AtomicInteger();

  /** A version's bytes are its number again and again; its size tells it, too. */
  private static byte[] version(int number) {
    ByteBuffer bytes = ByteBuffer.allocate(size(number));
    while (bytes.hasRemaining()) {
      bytes.putInt(number);
    }
    return bytes.array();
  }

  /** Fetched at open as a whole, in two GETs, or in several. */
  private static int size(int number) {
    return switch (number % 3) {
      case 0 -> 100_000 + 4 * number;
      case 1 -> 700_000 + 4 * number;
      default -> 2 * MIB + 4 * number;
    };
  }

  @Test
  void readers_whileReplaced_getOneVersionOrAnError(@TempDir Path directory) throws Exception {
    long seed = System.nanoTime();
    System.out.println("ReplacementIT seed " + seed);
    String bucket = server.createBucket();
    server.put(bucket, "changing", version(1));
    Path mount = Files.createDirectory(directory.toRealPath().resolve("mount"));
    ExecutorService readers = Executors.newFixedThreadPool(READERS);
    try (Thins3Process thins3 = MountCommand.of(server, bucket, mount).mount()) {
      AtomicBoolean over = new AtomicBoolean();
      List<Future<?>> reading = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        Random random = new Random(seed + i);
        reading.add(
            readers.submit(
                () -> {
                  byte[] buffer = new byte[6 * MIB];
                  while (!over.get()) {
                    readOnce(mount.resolve("changing"), random, buffer);
                  }
                  return null;
                }));
      }
      for (int number = 2; number <= REPLACEMENTS; number++) {
        server.put(bucket, "changing", version(number));
      }
      over.set(true);
      for (Future<?> reader : reading) {
        reader.get(60, TimeUnit.SECONDS);
      }
      System.out.println("ReplacementIT: " + whole + " whole, " + stale + " stale");
      assertThat(whole.get()).isPositive();
      assertThat(stale.get()).as("nothing was replaced under a reader").isPositive();
      assertThat(Files.readAllBytes(mount.resolve("changing"))).isEqualTo(version(REPLACEMENTS));
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    } finally {
      readers.shutdownNow();
    }
  }

  private void readOnce(Path file, Random random, byte[] all) {
    ByteBuffer content;
    try (InputStream in = Files.newInputStream(file)) {
      int length = 0;
      int piece = 1 + random.nextInt(MIB);
      for (int count = in.read(all, 0, piece);
          count > 0;
          count = in.read(all, length, Math.min(piece, all.length - length))) {
        length += count;
      }
      content = ByteBuffer.wrap(all, 0, length);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("Stale file handle");
      stale.incrementAndGet();
      return;
    }
    int number = content.getInt(0);
    assertThat(content.remaining()).as("size of version %d", number).isEqualTo(size(number));
    // All are the number when each is as the one before it.
    int rest = content.remaining() - Integer.BYTES;
    assertThat(content.slice(Integer.BYTES, rest).mismatch(content.slice(0, rest)))
        .as("first byte of another version than %d", number)
        .isEqualTo(-1);
    whole.incrementAndGet();
  }
}
