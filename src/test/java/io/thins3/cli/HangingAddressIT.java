package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.thins3.testing.S3Server;
import io.thins3.testing.Thins3Process;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
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

  /** The second address: passes on to the store until it is told to hang. */
  private static final class Gate implements Closeable {
    private final ServerSocket listener;
    private final int port;
    private final AtomicInteger passed = new AtomicInteger();
    private final AtomicInteger silent = new AtomicInteger();
    private final AtomicInteger broken = new AtomicInteger();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile boolean hanging;

    Gate(int port) throws IOException {
      this.port = port;
      this.listener =
          new ServerSocket(port, 200, InetAddress.getByAddress(new byte[] {127, 0, 0, 2}));
      run(this::accept);
    }

    private interface Io {
      void run() throws IOException, InterruptedException;
    }

    private void run(Io body) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  body.run();
                } catch (IOException | InterruptedException e) {
                  broken.incrementAndGet(); // one side went away: so does the other
                }
              },
              "gate");
      thread.setDaemon(true);
      thread.start();
    }

    private void accept() throws IOException {
      while (true) {
        Socket client = listener.accept();
        sockets.add(client);
        run(() -> serve(client));
      }
    }

    private void serve(Socket client) throws IOException, InterruptedException {
      try (client;
          Socket store = new Socket(InetAddress.getLoopbackAddress(), port)) {
        run(() -> pass(client.getInputStream(), store.getOutputStream(), silent));
        pass(store.getInputStream(), client.getOutputStream(), passed);
      }
    }

    private void pass(InputStream from, OutputStream to, AtomicInteger counter)
        throws IOException, InterruptedException {
      byte[] piece = new byte[64 << 10];
      for (int count = from.read(piece); count >= 0; count = from.read(piece)) {
        if (hanging) {
          counter.incrementAndGet();
          end.await();
          return;
        }
        to.write(piece, 0, count);
        passed.incrementAndGet();
      }
    }

    @Override
    public void close() throws IOException {
      end.countDown();
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    }
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
        Gate gate = new Gate(server.endpoint().getPort())) {
      String bucket = server.createBucket();
      for (int i = 0; i < FILES; i++) {
        server.put(bucket, "file" + i, content(i));
      }
      Map<String, String> environment = new HashMap<>(ReadSuite.keys(server));
      environment.put("THINS3_JAVA_OPTS", "-Djdk.net.hosts.file=" + hosts);
      try (Thins3Process thins3 =
          Thins3Process.start(
              mount,
              environment,
              "mount",
              "-f",
              "--http-timeout",
              "4s",
              "--io-timeout",
              "20s",
              "--metadata-ttl",
              "0",
              "--endpoint",
              "http://store.invalid:" + server.endpoint().getPort(),
              bucket,
              mount.toString())) {
        thins3.awaitMounted();
        assertRead(mount, 0, FILES / 2);
        assertThat(gate.passed).as("both addresses are used").hasPositiveValue();

        gate.hanging = true;
        assertRead(mount, FILES / 2, FILES);

        System.out.println("HangingAddressIT: left unanswered " + gate.silent);
        assertThat(gate.silent).as("the second address was asked").hasPositiveValue();
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
