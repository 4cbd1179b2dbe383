package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.S3Server;
import io.thins3.testing.Thins3Process;
import io.thins3.testing.UnreliableS3;
import io.thins3.testing.UnreliableS3.Fault;
import io.thins3.testing.UnreliableS3.Request;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** A GiB through a network and a server that do wrong whatever can be done wrong. */
@Timeout(300)
class UnreliableStoreIT {
  private static final int MIB = 1 << 20;
  private static final int MEBIBYTES = 1024;
  private static final int SMALL_FILES = 50;

  /** --io-timeout 20s and 30 s for a busy machine. */
  private static final Duration LONGEST_READ = Duration.ofSeconds(50);

  private long longestRead;

  private final S3Server server = S3Server.shared();

  /** A piece of the object that occurs nowhere else in it. */
  private static byte[] piece(int number) {
    byte[] bytes = new byte[MIB];
    new Random(number).nextBytes(bytes);
    return bytes;
  }

  @Test
  void read_gibibyteThroughFaults_hasItsSha256(@TempDir Path directory) throws Exception {
    long seed = System.nanoTime();
    System.out.println("UnreliableStoreIT seed " + seed);
    MessageDigest expected = MessageDigest.getInstance("SHA-256");
    String bucket = server.createBucket();
    Path source = directory.resolve("source");
    try (var out = Files.newOutputStream(source)) {
      for (int i = 0; i < MEBIBYTES; i++) {
        byte[] piece = piece(i);
        out.write(piece);
        expected.update(piece);
      }
    }
    server.client().putObject(b -> b.bucket(bucket).key("big"), RequestBody.fromFile(source));
    Files.delete(source);
    for (int i = 0; i < SMALL_FILES; i++) {
      server.put(bucket, smallKey(i), smallContent(i));
    }
    Path mount = Files.createDirectory(directory.toRealPath().resolve("mount"));
    try (UnreliableS3 unreliable =
            new UnreliableS3(server.endpoint(), seed, 0.3, Duration.ofMillis(300));
        Thins3Process thins3 =
            Thins3Process.start(
                mount,
                ReadSuite.keys(server),
                "mount",
                "-f",
                "--http-timeout",
                "2s",
                "--io-timeout",
                "20s",
                "--endpoint",
                unreliable.endpoint().toString(),
                bucket,
                mount.toString())) {
      thins3.awaitMounted();
      CompletableFuture<byte[]> sum =
          CompletableFuture.supplyAsync(() -> sha256(mount.resolve("big")));

      assertThat(sum.get(240, TimeUnit.SECONDS)).isEqualTo(expected.digest());

      assertThat(Duration.ofNanos(longestRead)).isLessThan(LONGEST_READ);
      assertSmallFiles(mount.resolve("small"));
      for (Request request : Request.values()) {
        for (Fault fault : UnreliableS3.faults(request)) {
          int count = unreliable.count(request, fault);
          System.out.println("UnreliableStoreIT " + request + " " + fault + ": " + count);
          assertThat(count).as("%s of a %s request", fault, request).isPositive();
        }
      }
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    } finally {
      server.delete(bucket, "big");
    }
  }

  private static String smallKey(int number) {
    return "small/f%02d".formatted(number);
  }

  private static byte[] smallContent(int number) {
    return Arrays.copyOf(piece(-1 - number), 1000 + 7919 * number);
  }

  /** By a listing, lookups and GETs of whole objects, with all that can happen to these. */
  private static void assertSmallFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> "small/" + file.getFileName()))
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, SMALL_FILES).mapToObj(UnreliableStoreIT::smallKey).toList());
    }
    for (int i = 0; i < SMALL_FILES; i++) {
      assertThat(Files.readAllBytes(directory.resolveSibling(smallKey(i))))
          .as(smallKey(i))
          .isEqualTo(smallContent(i));
    }
  }

  private byte[] sha256(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[MIB];
      for (int count = timedRead(in, buffer); count > 0; count = timedRead(in, buffer)) {
        digest.update(buffer, 0, count);
      }
      return digest.digest();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private int timedRead(InputStream in, byte[] buffer) throws IOException {
    long start = System.nanoTime();
    int count = in.read(buffer);
    longestRead = Math.max(longestRead, System.nanoTime() - start);
    return count;
  }
}
