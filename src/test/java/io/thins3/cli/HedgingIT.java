package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.Await;
import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Thins3Process;
import io.thins3.testing.UnreliableS3;
import io.thins3.testing.UnreliableS3.Fault;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store whose answers begin much later now and then: the second request's are read. */
@Timeout(300)
class HedgingIT {
  private static final int SIZE = 256 << 20;
  private static final int PIECE = 4096;
  private static final int READS = 1500;

  /** Each request earns a fiftieth of a hedge. */
  private static final int REQUESTS_FOR_ONE = 50;

  private final S3Server server = S3Server.shared();

  private static long metric(String output, String name) {
    Matcher value = Pattern.compile("thins3_store_" + name + "\\{[^}]*} (\\d+)").matcher(output);
    assertThat(value.find()).as(name).isTrue();
    return Long.parseLong(value.group(1));
  }

  @Test
  void someAnswersBeginLate_fewRequestsAreSentTwice_andTheSecondsAnswersAreRead(
      @TempDir Path directory) throws Exception {
    long seed = 11; // which of the requests are late
    byte[] content = new byte[SIZE];
    new Random(seed).nextBytes(content);
    String bucket = server.createBucket();
    server.put(bucket, "large", content);
    Path mount = Files.createDirectory(directory.toRealPath().resolve("mount"));
    try (UnreliableS3 unreliable =
            new UnreliableS3(
                server.endpoint(), seed, 0.006, Duration.ofSeconds(4), EnumSet.of(Fault.LATE));
        Thins3Process thins3 =
            MountCommand.of(server, bucket, mount)
                .through(unreliable.endpoint())
                .mount("--memory-limit", "64m")) {
      Random places = new Random(seed);
      byte[] expected = new byte[PIECE];
      try (FileChannel file = FileChannel.open(mount.resolve("large"))) {
        for (int i = 0; i < READS; i++) {
          int place = places.nextInt(SIZE / PIECE) * PIECE;
          ByteBuffer piece = ByteBuffer.allocate(PIECE);
          assertThat(file.read(piece, place)).isEqualTo(PIECE);
          System.arraycopy(content, place, expected, 0, PIECE);
          assertThat(piece.array()).as("content at %d", place).isEqualTo(expected);
        }
      }

      thins3.signal("USR1");
      Await.until(
          "the last metric is in the log",
          Duration.ofSeconds(30),
          () -> thins3.output().contains("thins3_windows_shrunk_total"));
      String report = thins3.output();
      long requests = metric(report, "requests_total");
      long hedged = metric(report, "hedged_total");
      long won = metric(report, "hedges_won_total");
      System.out.printf(
          "HedgingIT: %d requests, %d late heads, %d hedges, %d won%n",
          requests, unreliable.count(Fault.LATE), hedged, won);
      assertThat(unreliable.count(Fault.LATE)).isPositive();
      assertThat(hedged).isBetween(1L, requests / REQUESTS_FOR_ONE);
      assertThat(won).isBetween(1L, hedged);
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    } finally {
      server.delete(bucket, "large");
    }
  }
}
