package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Thins3Process;
import io.thins3.testing.UnreliableS3;
import io.thins3.testing.UnreliableS3.Fault;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** A GiB through a network and a server that do wrong whatever can be done wrong. */
@Timeout(300)
class UnreliableStoreIT {
  private static final int MIB = 1 << 20;
  private static final int MEBIBYTES = 1024;

  /** The default. Eight refusals of one GET in a row take some 12 s of it by their back-offs. */
  private static final Duration IO_TIMEOUT = Duration.ofSeconds(60);

  /** That, the 5 s that a request may take longer, and 10 s of a busy machine. */
  private static final Duration BOUND = IO_TIMEOUT.plusSeconds(15);

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
    Path mount = Files.createDirectory(directory.toRealPath().resolve("mount"));
    try (UnreliableS3 unreliable =
            new UnreliableS3(server.endpoint(), seed, 0.3, Duration.ofMillis(300)).eachKindFirst();
        Thins3Process thins3 =
            MountCommand.of(server, bucket, mount)
                .through(unreliable.endpoint())
                .mount("--http-timeout", "1s", "--io-timeout", IO_TIMEOUT.toSeconds() + "s")) {
      CompletableFuture<Outcome> reading =
          CompletableFuture.supplyAsync(() -> read(mount.resolve("big")));

      Outcome outcome = reading.get(240, TimeUnit.SECONDS);

      assertThat(outcome.sha256()).isEqualTo(HexFormat.of().formatHex(expected.digest()));
      System.out.println("UnreliableStoreIT longest read: " + outcome.longest());
      assertThat(outcome.longest()).as("the longest read(2)").isLessThan(BOUND);

      for (Fault fault : Fault.values()) {
        System.out.println("UnreliableStoreIT " + fault + ": " + unreliable.count(fault));
        assertThat(unreliable.count(fault)).as("%s", fault).isPositive();
      }
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    } finally {
      server.delete(bucket, "big");
    }
  }

  private record Outcome(String sha256, Duration longest) {}

  private static Outcome read(Path file) {
    try (FileChannel in = FileChannel.open(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      ByteBuffer buffer = ByteBuffer.allocateDirect(MIB);
      long longest = 0;
      for (int count = 0; count >= 0; ) {
        long start = System.nanoTime();
        count = in.read(buffer.clear());
        longest = Math.max(longest, System.nanoTime() - start);
        digest.update(buffer.flip());
      }
      return new Outcome(HexFormat.of().formatHex(digest.digest()), Duration.ofNanos(longest));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
