package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.nio.file.ExtendedOpenOption;
import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mount whose store stops answering. */
class SlowStoreIT {
  /**
   * --io-timeout 3s, the 5 s that a request may take longer, and 10 s of a busy machine. A lookup,
   * which the kernel asks for twice, needs no more: two times 3 s.
   */
  private static final Duration BOUND = Duration.ofSeconds(18);

  private static final int PIECE = 1 << 20;

  private static final String BUCKET = "slow";

  @TempDir Path temporary = Path.of("/nowhere");

  /** SEMANTICS.md: "no connection, timeout: EIO, after retries, within --io-timeout". */
  @Test
  void storeThatHangs_everyOperationEndsWithEio_andWorksAgain() throws Exception {
    S3Server shared = S3Server.shared();
    assumeTrue(shared.isMinio(), "only a server of its own process can be stopped");
    byte[] content = new byte[5 << 20];
    new Random(3).nextBytes(content);
    Path mountPoint = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
    try (S3Server server = S3Server.start()) {
      server.client().createBucket(b -> b.bucket(BUCKET));
      server.put(BUCKET, "dir/known", content);
      server.put(BUCKET, "dir/other", content);
      try (Thins3Process thins3 =
          MountCommand.of(server, BUCKET, mountPoint)
              .mount("--io-timeout", "3s", "--metadata-ttl", "0")) {
        Path known = mountPoint.resolve("dir/known");
        assertThat(Shell.run("cmp", known.toString(), reference(content)).exitCode()).isZero();

        server.pause();
        // Already the lookup fails; a read that was under way has the test below.
        assertEio("cat", mountPoint.resolve("dir/other").toString());
        assertEio("ls", mountPoint.resolve("dir").toString());
        assertEio("stat", mountPoint.resolve("dir/absent").toString());
        server.resume();

        Shell.Result again =
            Shell.run("cmp", mountPoint.resolve("dir/other").toString(), reference(content));
        assertThat(again.exitCode()).as(again.out()).isZero();
        assertThat(Shell.run("ls", mountPoint.resolve("dir").toString()).out())
            .contains("known")
            .contains("other");
        assertThat(thins3.terminate()).as(thins3.output()).isZero();
      }
    }
  }

  /** SEMANTICS.md: a read that was under way ends, too. */
  @Test
  void storeThatHangsWithinARead_readEndsWithEio_andWorksAgain() throws Exception {
    S3Server shared = S3Server.shared();
    assumeTrue(shared.isMinio(), "only a server of its own process can be stopped");
    byte[] content = new byte[200 << 20];
    Path mountPoint = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
    try (S3Server server = S3Server.start()) {
      server.client().createBucket(b -> b.bucket(BUCKET));
      server.put(BUCKET, "large", content);
      try (Thins3Process thins3 =
          MountCommand.of(server, BUCKET, mountPoint).mount("--io-timeout", "3s")) {
        String large = mountPoint.resolve("large").toString();
        ExecutorService reader = Executors.newSingleThreadExecutor();
        try {
          Future<String> failure = reader.submit(() -> readAndPause(large, server));
          assertThat(failure.get(2, TimeUnit.MINUTES)).contains("Input/output error");
        } finally {
          server.resume();
          reader.shutdownNow();
        }

        assertThat(Shell.run("dd", "if=" + large, "bs=1M", "of=/dev/null").exitCode()).isZero();
        assertThat(thins3.terminate()).as(thins3.output()).isZero();
      }
    }
  }

  /**
   * Reads the beginning of the file, stops the server, and reads on, past the page cache: what the
   * failure says.
   */
  private static String readAndPause(String file, S3Server server) throws IOException {
    ByteBuffer piece = ByteBuffer.allocateDirect(2 * PIECE).alignedSlice(PIECE).limit(PIECE);
    try (FileChannel in =
        FileChannel.open(Path.of(file), StandardOpenOption.READ, ExtendedOpenOption.DIRECT)) {
      for (int i = 0; i < 20; i++) {
        assertThat(in.read(piece.clear().limit(PIECE))).isEqualTo(PIECE);
      }
      server.pause();
      long start = System.nanoTime();
      try {
        while (in.read(piece.clear().limit(PIECE)) >= 0) {
          assertThat(piece.position()).isPositive();
        }
      } catch (IOException e) {
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.println(e + " after " + took);
        assertThat(took).isLessThan(BOUND);
        return e.toString();
      }
      return "the whole file was read";
    }
  }

  private String reference(byte[] content) throws Exception {
    return Files.write(temporary.resolve("reference"), content).toString();
  }

  private static void assertEio(String... command) throws Exception {
    long start = System.nanoTime();
    Shell.Result result = Shell.run(command);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.println(String.join(" ", command) + ": " + result.out().strip() + " after " + took);
    assertThat(result.exitCode()).as(result.out()).isNotZero();
    assertThat(result.out()).contains("Input/output error");
    assertThat(took).isLessThan(BOUND);
  }
}
