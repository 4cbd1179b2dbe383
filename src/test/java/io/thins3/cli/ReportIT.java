package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.Await;
import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import io.thins3.testing.UnreliableS3;
import io.thins3.testing.UnreliableS3.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a mount sends and holds, and that SIGUSR1 shows it. */
class ReportIT {
  private static final int SIZE = 3_000_000;

  /** Of the number of refusals in a row. */
  private static final long SEED = 899_920;

  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern POOLED = Pattern.compile("thins3_memory_pooled_bytes (\\d+)\\n");

  private static final Pattern LAST = Pattern.compile("thins3_windows_shrunk_total \\d+\\n");

  private final S3Server server = S3Server.shared();

  @Test
  void sigusr1_afterReading_showsTheCountsInTheLog(@TempDir Path directory) throws Exception {
    String bucket = server.createBucket();
    server.put(bucket, "file", new byte[SIZE]);
    Path mount = Files.createDirectory(directory.toRealPath().resolve("mount"));
    try (Thins3Process thins3 = MountCommand.of(server, bucket, mount).mount()) {
      assertThat(Files.readAllBytes(mount.resolve("file"))).hasSize(SIZE);

      thins3.signal("USR1");
      awaitReport(thins3);
      assertThat(thins3.output())
          .containsPattern("thins3_fetched_bytes_total " + SIZE + "\\b")
          .containsPattern("thins3_read_served_bytes_total " + SIZE + "\\b")
          .containsPattern("thins3_store_requests_total\\{bucket=\"" + bucket + "\"} [1-9]");
      String report = thins3.output();
      assertThat(metric(report, "thins3_reads_total")).isPositive();
      assertThat(metric(report, "thins3_fetches_failed_total")).isZero();
      assertThat(metric(report, "thins3_fetch_wasted_bytes_total")).as("all was read").isZero();
      assertThat(metric(report, "thins3_store_throttled_total")).isZero();
      assertThat(Thins3Process.isMounted(mount)).as("still mounted").isTrue();
      assertThat(thins3.terminate()).isZero();
    }
  }

  /** A store that refuses: the reader waits, its window grows, and each refusal is a retry. */
  @Test
  void sigusr1_afterRefusals_showsRetriesWaitsAndWindows(@TempDir Path directory) throws Exception {
    int size = 40 << 20;
    String bucket = server.createBucket();
    server.put(bucket, "file", new byte[size]);
    Path mount = Files.createDirectory(directory.toRealPath().resolve("mount"));
    try (UnreliableS3 refusing =
            new UnreliableS3(server.endpoint(), SEED, 0, Duration.ZERO, EnumSet.of(Fault.SLOW_DOWN))
                .eachKindFirst();
        Thins3Process thins3 =
            MountCommand.of(server, bucket, mount)
                .through(refusing.endpoint())
                .mount("--max-attempts", "100")) {
      try (FileChannel file = FileChannel.open(mount.resolve("file"))) {
        ByteBuffer piece = ByteBuffer.allocate(1 << 20);
        long got = 0;
        for (int count = 0; count >= 0; count = file.read(piece.clear())) {
          got += count;
        }
        assertThat(got).isEqualTo(size);

        thins3.signal("USR1"); // while it is open: its run has a window
        awaitReport(thins3);
      }
      String report = thins3.output();
      long refusals = refusing.count(Fault.SLOW_DOWN);
      assertThat(refusals).isPositive();
      assertThat(metric(report, "thins3_store_throttled_total")).isEqualTo(refusals);
      assertThat(metric(report, "thins3_store_retries_total")).isEqualTo(refusals);
      assertThat(metric(report, "thins3_store_requests_total"))
          .isGreaterThanOrEqualTo(refusals + metric(report, "thins3_fetches_total"));
      assertThat(metric(report, "thins3_read_waits_total")).isPositive();
      assertThat(metric(report, "thins3_fetches_failed_total")).isZero();
      assertThat(metric(report, "thins3_fetched_bytes_total")).isEqualTo(size);
      assertThat(metric(report, "thins3_fetch_wasted_bytes_total")).isZero();
      assertThat(metric(report, "thins3_windows_grown_total")).isPositive();
      assertThat(metric(report, "thins3_windows_shrunk_total")).isZero();
      assertThat(metric(report, "thins3_windows")).isPositive();
      long largest = metric(report, "thins3_window_largest_bytes");
      assertThat(largest).as("twice the first window at least").isGreaterThan(2 << 20);
      assertThat(metric(report, "thins3_windows_bytes")).isGreaterThanOrEqualTo(largest);
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    } finally {
      server.delete(bucket, "file");
    }
  }

  private static void awaitReport(Thins3Process thins3) {
    Await.until(
        "the last metric is in the log",
        Duration.ofSeconds(30),
        () -> LAST.matcher(thins3.output()).find());
  }

  private static long metric(String report, String name) {
    Matcher value = Pattern.compile(name + "(?:\\{[^}]*})? (\\d+)\\n").matcher(report);
    assertThat(value.find()).as(name).isTrue();
    return Long.parseLong(value.group(1));
  }

  /** The JVM's own handling of SIGUSR1 is to end. */
  @Test
  void sigusr1_whileItStarts_isAnsweredAndEndsNothing(@TempDir Path directory) throws Exception {
    Path mount = Files.createDirectory(directory.toRealPath().resolve("mount"));
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thins3Process thins3 =
            MountCommand.of(server, "bucket", mount)
                .through(URI.create("http://127.0.0.1:" + silent.getLocalPort()))
                .start()) {
      silent.setSoTimeout(60_000);
      try (Socket probe = silent.accept()) { // it asks for the bucket, and gets no answer
        thins3.signal("USR1");
        Await.until(
            "the signal is answered",
            Duration.ofSeconds(30),
            () -> thins3.output().contains("not mounted yet"));
        assertThat(ProcessHandle.of(thins3.pid())).get().matches(ProcessHandle::isAlive);
        assertThat(probe.isConnected()).isTrue();
      }
    }
  }

  /** One round trip to the first byte: the open's GET is the one that the READ waits for. */
  @Test
  void firstByte_directoryListed_isOneRequest(@TempDir Path directory) throws Exception {
    String bucket = server.createBucket();
    byte[] content = new byte[20 << 20];
    new Random(5).nextBytes(content);
    server.put(bucket, "large", content);
    Path mount = Files.createDirectory(directory.toRealPath().resolve("mount"));
    try (Thins3Process thins3 = MountCommand.of(server, bucket, mount).mount("--debug_s3")) {
      assertThat(Shell.run("ls", "-l", mount.toString()).out()).contains("large");
      int before = thins3.output().length();
      byte[] first = new byte[4096];
      try (FileChannel file = FileChannel.open(mount.resolve("large"))) {
        assertThat(file.read(ByteBuffer.wrap(first), 0)).isEqualTo(4096);
      }
      assertThat(first).isEqualTo(Arrays.copyOf(content, 4096));
      assertThat(thins3.terminate()).isZero();
      // In the order in which they end: the kernel's read-ahead may be before it.
      List<String> requests =
          thins3
              .output()
              .substring(before)
              .lines()
              .filter(line -> line.contains(" s3://" + bucket))
              .toList();
      assertThat(requests).allMatch(line -> line.contains(" GET "));
      assertThat(requests)
          .filteredOn(line -> line.contains("/large bytes 0-"))
          .singleElement()
          .asString()
          .contains("GET s3://" + bucket + "/large bytes 0-131071 ");
    }
  }

  @Test
  void idleMount_afterReading_isSmallAgain(@TempDir Path directory) throws Exception {
    String bucket = server.createBucket();
    server.put(bucket, "large", new byte[150_000_000]);
    Path mount = Files.createDirectory(directory.toRealPath().resolve("mount"));
    try (Thins3Process thins3 =
        MountCommand.of(server, bucket, mount).mount("--memory-limit", "128m")) {
      long before = residentKib(thins3);
      assertThat(
              Shell.run("dd", "if=" + mount.resolve("large"), "bs=1M", "of=/dev/null").exitCode())
          .isZero();
      long after = residentKib(thins3);
      Await.until(
          "small again: " + before + " KiB at first, then " + after,
          Duration.ofMinutes(2),
          () -> residentKib(thins3) < before + (60 << 10) && pooled(thins3) == 0);
      System.out.println(
          "RSS " + before + " KiB, read: " + after + ", idle: " + residentKib(thins3));
      assertThat(thins3.terminate()).isZero();
    }
    server.delete(bucket, "large");
  }

  private static long residentKib(Thins3Process thins3) throws IOException {
    Matcher found =
        RESIDENT.matcher(Files.readString(Path.of("/proc/" + thins3.pid() + "/status")));
    assertThat(found.find()).isTrue();
    return Long.parseLong(found.group(1));
  }

  /** Asks for a report; what the last complete one says, -1 when there is none. */
  private static long pooled(Thins3Process thins3) throws Exception {
    int reports = count(thins3);
    thins3.signal("USR1");
    Await.until("a report", Duration.ofSeconds(30), () -> count(thins3) > reports);
    Matcher found = POOLED.matcher(thins3.output());
    long last = -1;
    while (found.find()) {
      last = Long.parseLong(found.group(1));
    }
    return last;
  }

  private static int count(Thins3Process thins3) throws IOException {
    return (int) POOLED.matcher(thins3.output()).results().count();
  }
}
