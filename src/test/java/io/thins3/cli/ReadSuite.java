package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * How files are read through a mount of the distribution: every pattern, and right bytes or an
 * error. Subclasses say by which way the store is reached.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
abstract class ReadSuite {
  private static final int MIB = 1 << 20;

  /** Several times the first windows, no multiple of a block. */
  private static final int SIZE = 40 * MIB + 12_345;

  private final byte[] content = new byte[SIZE];
  private @Nullable S3Server server;
  private String bucket = "";
  private Path mount = Path.of("/nowhere");
  private @Nullable Thins3Process running;

  /** The server, which the suite does not close. */
  abstract S3Server server() throws Exception;

  /** Options of the mount beside the endpoint. */
  abstract List<String> options() throws Exception;

  @BeforeAll
  void mount(@TempDir Path directory) throws Exception {
    S3Server store = server();
    server = store;
    bucket = store.createBucket();
    new Random(4711).nextBytes(content);
    store.put(bucket, "large", content);
    store.put(bucket, "empty", new byte[0]);
    for (int size : List.of(1, 4095, 131_072, 131_073, 524_288, 524_289)) {
      store.put(bucket, "sizes/" + size, Arrays.copyOf(content, size));
    }
    mount = Files.createDirectory(directory.toRealPath().resolve("mount"));
    running =
        MountCommand.of(store, bucket, mount)
            .through(endpoint(store))
            .mount(options().toArray(String[]::new));
  }

  /** What the mount is told. */
  URI endpoint(S3Server store) {
    return store.endpoint();
  }

  @AfterAll
  void unmount() throws Exception {
    try (Thins3Process thins3 = Objects.requireNonNull(running)) {
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }

  private String sha256() throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  private String sh(String script) throws Exception {
    Shell.Result result = Shell.run("bash", "-c", "cd '" + mount + "' && " + script);
    assertThat(result.exitCode()).as("%s: %s", script, result.out()).isZero();
    return result.out();
  }

  private void assertRange(FileChannel file, int offset, int length) throws IOException {
    ByteBuffer got = ByteBuffer.allocate(length);
    while (got.hasRemaining() && file.read(got, offset + (long) got.position()) > 0) {
      assertThat(got.position()).isPositive();
    }
    int from = Math.min(offset, SIZE);
    int expected = Math.min(length, SIZE - from);
    assertThat(got.position()).as("bytes at %d+%d", offset, length).isEqualTo(expected);
    assertThat(got.flip())
        .as("content at %d", offset)
        .isEqualTo(ByteBuffer.wrap(content, from, expected));
  }

  @Test
  void sequential_whole_isWhatWasStored() throws Exception {
    assertThat(sh("sha256sum large")).startsWith(sha256());
    assertThat(sh("dd if=large bs=128k status=none | sha256sum")).startsWith(sha256());
  }

  @Test
  void directIo_whole_isWhatWasStored() throws Exception {
    assertThat(sh("dd if=large bs=1M iflag=direct status=none | sha256sum")).startsWith(sha256());
  }

  @Test
  void files_ofEachSize_areWhatWasStored() throws Exception {
    assertThat(sh("wc -c < empty")).isEqualTo("0\n");
    for (int size : List.of(1, 4095, 131_072, 131_073, 524_288, 524_289)) {
      assertThat(Files.readAllBytes(mount.resolve("sizes/" + size)))
          .isEqualTo(Arrays.copyOf(content, size));
    }
  }

  @Test
  void random_places_rightBytes() throws Exception {
    long seed = System.nanoTime();
    System.out.println(getClass().getSimpleName() + " random seed " + seed);
    Random random = new Random(seed);
    try (FileChannel file = FileChannel.open(mount.resolve("large"))) {
      for (int i = 0; i < 64; i++) {
        assertRange(file, random.nextInt(SIZE + 1000), 1 + random.nextInt(300_000));
      }
    }
  }

  @Test
  void stridesAndBackward_rightBytes() throws Exception {
    try (FileChannel file = FileChannel.open(mount.resolve("large"))) {
      for (int offset = 0; offset < SIZE; offset += 3 * MIB) {
        assertRange(file, offset, 100_000);
      }
      for (int offset = SIZE - 500_000; offset > 0; offset -= 2_500_000) {
        assertRange(file, offset, 500_000);
      }
    }
  }

  @Test
  void mmap_everyPage_rightBytes() throws Exception {
    try (FileChannel file = FileChannel.open(mount.resolve("large"))) {
      ByteBuffer mapped = file.map(MapMode.READ_ONLY, 0, SIZE);
      assertThat(mapped.mismatch(ByteBuffer.wrap(content))).isEqualTo(-1);
    }
  }

  @Test
  void eightReaders_ofOneFile_rightBytes() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<String>> sums = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Callable<String> reader = () -> sh("sha256sum large");
        sums.add(pool.submit(reader));
      }
      for (Future<String> sum : sums) {
        assertThat(sum.get(3, TimeUnit.MINUTES)).startsWith(sha256());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  /** Content-Encoding is the object's own: what was stored is what the file has. */
  @Test
  void gzipEncodedObject_isReadAsItIsStored() throws Exception {
    S3Server store = Objects.requireNonNull(server);
    // One that a single GET brings, and one of several windows.
    for (int size : List.of(100_000, 20 * MIB)) {
      String key = "encoded/" + size;
      byte[] stored = gzip(Arrays.copyOf(content, size));
      store
          .client()
          .putObject(
              b -> b.bucket(bucket).key(key).contentEncoding("gzip"),
              RequestBody.fromBytes(stored));
      assertThat(store.client().headObject(b -> b.bucket(bucket).key(key)).contentEncoding())
          .as("what the server says of it")
          .isEqualTo("gzip");

      assertThat(sh("stat -c %s " + key)).isEqualTo(stored.length + "\n");
      assertThat(Files.readAllBytes(mount.resolve(key))).isEqualTo(stored);
    }
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  @Test
  void replacedWhileOpen_isStaleAndNeverMixed() throws Exception {
    S3Server store = Objects.requireNonNull(server);
    store.put(bucket, "changing", new byte[20 * MIB]);
    try (FileChannel file = FileChannel.open(mount.resolve("changing"))) {
      assertThat(file.read(ByteBuffer.allocate(4096), 0)).isEqualTo(4096);
      byte[] changed = new byte[20 * MIB];
      Arrays.fill(changed, (byte) 1);
      store.put(bucket, "changing", changed);
      assertThat(catchThrowable(() -> file.read(ByteBuffer.allocate(4096), 15L * MIB)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Stale file handle");
      assertThat(Files.readAllBytes(mount.resolve("changing"))).isEqualTo(changed);
    }
  }

  @Test
  void emptyFile_filledFromOutside_isReadWithinTheTtl() throws Exception {
    S3Server store = Objects.requireNonNull(server);
    store.put(bucket, "filled", new byte[0]);
    assertThat(Files.readAllBytes(mount.resolve("filled"))).isEmpty();
    store.put(bucket, "filled", new byte[] {1, 2, 3});
    assertThat(Files.readAllBytes(mount.resolve("filled"))).containsExactly(1, 2, 3);
  }

  @Test
  void deletedWhileOpen_isStale() throws Exception {
    S3Server store = Objects.requireNonNull(server);
    store.put(bucket, "vanishing", new byte[20 * MIB]);
    try (FileChannel file = FileChannel.open(mount.resolve("vanishing"))) {
      assertThat(file.read(ByteBuffer.allocate(4096), 0)).isEqualTo(4096);
      store.delete(bucket, "vanishing");
      assertThat(catchThrowable(() -> file.read(ByteBuffer.allocate(4096), 15L * MIB)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Stale file handle");
    }
  }
}
