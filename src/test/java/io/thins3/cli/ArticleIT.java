package io.thins3.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.S3Server;
import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole path of the article: the distribution's {@code thins3 fluid}, Fluid's files, a real S3
 * server, the kernel's mount, and the programs of users.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ArticleIT {
  private static final int MIB = 1 << 20;
  private static final int BIG = 300 * MIB;

  private final S3Server server = S3Server.shared();
  private String bucket = "";
  private byte[] big = {};
  private Path mount = Path.of("/nowhere");
  private @Nullable Thins3Process running;

  @BeforeAll
  void mountArticle(@TempDir Path directory) throws Exception {
    bucket = server.createBucket();
    server.put(bucket, "testfile", "hello fluid\n".getBytes(UTF_8));
    server.put(bucket, "a/b/c.txt", "three levels".getBytes(UTF_8));
    server.put(bucket, "a/b/empty", new byte[0]);
    server.put(bucket, "a/replaced", "old".getBytes(UTF_8));
    server.put(bucket, "a/x y+z%20é😀.txt", "odd".getBytes(UTF_8));
    big = new byte[BIG];
    new Random(42).nextBytes(big);
    server.put(bucket, "big", big);

    FluidDirectory fluid = new FluidDirectory(directory.toRealPath()).article(server, bucket);
    mount = fluid.targetPath();
    running = Thins3Process.start(mount, Map.of(), fluid.arguments()).awaitMounted();
  }

  @AfterAll
  void unmount() throws Exception {
    try (Thins3Process thins3 = Objects.requireNonNull(running)) {
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
      assertThat(Thins3Process.isMounted(mount)).isFalse();
      assertThat(thins3.output()).doesNotContain(server.secretKey());
    }
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static Shell.Result sh(String script, Path directory) throws Exception {
    return Shell.run("bash", "-c", "cd '" + directory + "' && " + script);
  }

  @Test
  void cat_testfile_showsItsContent() throws Exception {
    assertThat(sh("cat testfile", mount).out()).isEqualTo("hello fluid\n");
  }

  @Test
  void mountinfo_showsTypeAndSource() throws Exception {
    assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
        .contains(" - fuse.thins3 thins3:" + bucket + " ");
  }

  @Test
  void sha256sum_of300MiB_isThatOfTheUpload() throws Exception {
    assertThat(sh("sha256sum big", mount).out()).startsWith(sha256(big));
  }

  @Test
  void lsR_threeLevels_showsAllNamesAndSizes() throws Exception {
    Shell.Result listing = sh("LC_ALL=C.UTF-8 ls -lR .", mount);

    assertThat(listing.exitCode()).isZero();
    assertThat(listing.out())
        .contains("testfile", "c.txt", "empty", "x y+z%20é😀.txt")
        .contains(" " + BIG + " ")
        .contains("./a:", "./a/b:");
    assertThat(sh("cat 'a/x y+z%20é😀.txt'", mount).out()).isEqualTo("odd");
    assertThat(sh("cat a/b/c.txt; wc -c < a/b/empty", mount).out()).isEqualTo("three levels0\n");
  }

  @Test
  void pread_64RandomPlaces_rightBytes() throws Exception {
    long seed = System.nanoTime();
    System.out.println("ArticleIT seed " + seed);
    Random random = new Random(seed);
    try (FileChannel file = FileChannel.open(mount.resolve("big"))) {
      for (int i = 0; i < 64; i++) {
        int offset = random.nextInt(BIG + 1000);
        int length = 1 + random.nextInt(2 * MIB);
        assertRange(file, offset, length);
      }
    }
  }

  private void assertRange(FileChannel file, int offset, int length) throws IOException {
    ByteBuffer got = ByteBuffer.allocate(length);
    while (got.hasRemaining() && file.read(got, offset + (long) got.position()) > 0) {
      // pread(2) may give less than was asked for
    }
    int from = Math.min(offset, BIG);
    int expected = Math.min(length, BIG - from);
    assertThat(got.position()).as("bytes at %d+%d", offset, length).isEqualTo(expected);
    assertThat(got.flip())
        .as("content at %d", offset)
        .isEqualTo(ByteBuffer.wrap(big, from, expected));
  }

  @Test
  void read_8ReadersInParallel_rightBytes() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<String>> sums = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Callable<String> reader = () -> sh("sha256sum big", mount).out();
        sums.add(pool.submit(reader));
      }
      for (Future<String> sum : sums) {
        assertThat(sum.get(5, TimeUnit.MINUTES)).startsWith(sha256(big));
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void write_attempts_areReadOnlyFileSystem() throws Exception {
    for (String attempt :
        List.of(
            "echo x > new",
            "echo x >> testfile",
            ": > testfile",
            "truncate -s 3 testfile",
            "rm -f testfile",
            "mkdir d",
            "rmdir a",
            "mv testfile other",
            "ln -s testfile link",
            "chmod 600 testfile",
            "chown 1:1 testfile",
            "touch testfile")) {
      Shell.Result result = sh(attempt, mount);
      assertThat(result.exitCode()).as(attempt).isNotZero();
      assertThat(result.out()).as(attempt).contains("Read-only file system");
    }
    for (String attempt : List.of("ln testfile link", "mkfifo pipe")) {
      assertThat(sh(attempt, mount).out()).as(attempt).contains("Operation not permitted");
    }
    assertThat(sh("cat testfile", mount).out()).isEqualTo("hello fluid\n");
  }

  @Test
  void df_showsTheMount() throws Exception {
    assertThat(
            sh("df --block-size=1 2>/dev/null | grep -F " + mount, mount)
                .out()
                .trim()
                .split("\\s+"))
        .hasSize(6);
  }

  @Test
  void stat_missingName_isAbsent() throws Exception {
    assertThat(sh("stat missing", mount).out()).contains("No such file or directory");
    assertThat(sh("cat a/b", mount).out()).contains("Is a directory");
    assertThat(sh("ls testfile/x", mount).out()).contains("Not a directory");
  }

  @Test
  void cat_objectReplaced_seesTheNewVersionWithinTheTtl() throws Exception {
    assertThat(sh("cat a/replaced", mount).out()).isEqualTo("old");
    server.put(bucket, "a/replaced", "newer".getBytes(UTF_8));
    assertThat(sh("cat a/replaced", mount).out()).isEqualTo("newer");
  }

  @Test
  void read_objectReplacedWhileOpen_isStaleAndNeverMixed() throws Exception {
    byte[] old = new byte[20 * MIB];
    server.put(bucket, "changing", old);
    try (FileChannel file = FileChannel.open(mount.resolve("changing"))) {
      file.read(ByteBuffer.allocate(4096), 0);
      byte[] changed = old.clone();
      java.util.Arrays.fill(changed, (byte) 1);
      server.put(bucket, "changing", changed);
      assertThat(
              org.assertj.core.api.Assertions.catchThrowable(
                  () -> file.read(ByteBuffer.allocate(4096), 15L * MIB)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Stale file handle");
    }
  }
}
