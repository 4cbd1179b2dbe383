package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.SocketServer;
import io.thins3.testing.Thins3Process;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store's name with two addresses, of which one hangs: it accepts, and never answers. */
@Timeout(300)
class HangingAddressIT {
  private static final int FILES = 24;
  private static final int SIZE = 3 << 20;

  /** Of one file: --io-timeout 20s, the 5 s that a request may take longer, and a busy machine. */
  private static final Duration BOUND = Duration.ofSeconds(35);

  private final AtomicInteger passed = new AtomicInteger();
  private final AtomicInteger silent = new AtomicInteger();
  private volatile boolean hanging;

  /** The second address: passes on to the store until it is to hang. */
  private SocketServer gate(int port) throws IOException {
    return SocketServer.start(
        new ServerSocket(port, 200, InetAddress.getByAddress(new byte[] {127, 0, 0, 2})),
        peer -> {
          try (Socket store = new Socket(InetAddress.getLoopbackAddress(), port)) {
            peer.sendTo(store);
            InputStream answers = store.getInputStream();
            byte[] piece = new byte[64 << 10];
            for (int count = answers.read(piece); count >= 0; count = answers.read(piece)) {
              if (hanging) {
                silent.incrementAndGet();
                peer.stall();
              }
              peer.out().write(piece, 0, count);
              passed.incrementAndGet();
            }
          }
        });
  }

  private static byte[] content(int file) {
    byte[] content = new byte[SIZE];
    new Random(file).nextBytes(content);
    return content;
  }

  @Test
  void oneOfTwoAddressesHangs_readsGoOnByTheOther(@TempDir Path temporary) throws Exception {
    S3Server shared = S3Server.shared();
    assumeTrue(shared.isMinio(), "only a MinIO binary leaves its port on 127.0.0.2 free");
    Path directory = temporary.toRealPath();
    Path mount = Files.createDirectory(directory.resolve("mount"));
    // The JVM's own hosts file (JDK, net properties): the system's stays as it is.
    Path hosts =
        Files.writeString(
            directory.resolve("hosts"), "127.0.0.1 store.invalid\n127.0.0.2 store.invalid\n");
    try (S3Server server = S3Server.start();
        SocketServer gate = gate(server.endpoint().getPort())) {
      String bucket = server.createBucket();
      for (int i = 0; i < FILES; i++) {
        server.put(bucket, "file" + i, content(i));
      }
      try (Thins3Process thins3 =
          MountCommand.of(server, bucket, mount)
              .through(URI.create("http://store.invalid:" + gate.port()))
              .with("THINS3_JAVA_OPTS", "-Djdk.net.hosts.file=" + hosts)
              .mount("--http-timeout", "4s", "--io-timeout", "20s", "--metadata-ttl", "0")) {
        assertRead(mount, 0, FILES / 2);
        assertThat(passed).as("both addresses are used").hasPositiveValue();

        hanging = true;
        assertRead(mount, FILES / 2, FILES);

        System.out.println("HangingAddressIT: left unanswered " + silent);
        assertThat(silent).as("the second address was asked").hasPositiveValue();
        assertThat(thins3.terminate()).as(thins3.output()).isZero();
      }
    }
  }

  /** Four at a time, so that there are several connections. */
  private static void assertRead(Path mount, int from, int to) throws Exception {
    ExecutorService readers = Executors.newFixedThreadPool(4);
    try {
      Map<Integer, Future<Duration>> reads = new HashMap<>();
      for (int i = from; i < to; i++) {
        int file = i;
        Callable<Duration> read =
            () -> {
              long start = System.nanoTime();
              assertThat(Files.readAllBytes(mount.resolve("file" + file))).isEqualTo(content(file));
              return Duration.ofNanos(System.nanoTime() - start);
            };
        reads.put(file, readers.submit(read));
      }
      for (Future<Duration> read : reads.values()) {
        assertThat(read.get(200, TimeUnit.SECONDS)).isLessThan(BOUND);
      }
    } finally {
      readers.shutdownNow();
    }
  }
}
