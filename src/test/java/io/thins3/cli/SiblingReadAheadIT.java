package io.thins3.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.Await;
import io.thins3.testing.FaultProxy;
import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that walk through a mounted tree of small files on a server that is not near. */
class SiblingReadAheadIT {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final int DIRECTORIES = 24;
  private static final int FILES = 10;

  @TempDir Path temporary = Path.of("/nowhere");

  private final S3Server server = S3Server.shared();
  private final FaultProxy proxy = FaultProxy.inFrontOf(server.endpoint());
  private String bucket = "";
  private Path dir = Path.of("/nowhere");

  @BeforeEach
  void bucketAndDirectory() throws Exception {
    bucket = server.createBucket();
    dir = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
  }

  @AfterEach
  void end() {
    proxy.close();
  }

  private Thins3Process mount(String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of(options));
    all.add("--debug_s3");
    return MountCommand.of(server, bucket, dir)
        .through(proxy.endpoint())
        .with("XDG_STATE_HOME", temporary.resolve("state").toString())
        .mount(all.toArray(String[]::new));
  }

  private static String key(int directory, int file) {
    return "tree/top-%d/dir-%02d/file-%02d".formatted(directory / 8, directory % 8, file);
  }

  private SortedMap<String, byte[]> tree() {
    Random random = new Random(20261123);
    SortedMap<String, byte[]> files = new TreeMap<>();
    for (int d = 0; d < DIRECTORIES; d++) {
      for (int f = 0; f < FILES; f++) {
        byte[] content = new byte[512 + random.nextInt(f == 7 ? 300_000 : 40_000)];
        random.nextBytes(content);
        files.put(key(d, f), content);
      }
    }
    files.forEach((key, content) -> server.put(bucket, key, content));
    return files;
  }

  private static void assertSame(SortedMap<String, byte[]> files, Path root) throws IOException {
    for (var file : files.entrySet()) {
      assertThat(Arrays.equals(Files.readAllBytes(root.resolve(file.getKey())), file.getValue()))
          .as(file.getKey())
          .isTrue();
    }
  }

  private long requests(Thins3Process thins3, String start) throws IOException {
    return Pattern.compile(Pattern.quote(start.replace("BUCKET", bucket)))
        .matcher(thins3.output())
        .results()
        .count();
  }

  /** Lists the first directory and reads so many of its files. */
  private void readInOrder(int files) throws Exception {
    assertThat(Shell.run("ls", dir.resolve("tree/top-0/dir-00").toString()).exitCode()).isZero();
    for (int f = 0; f < files; f++) {
      Files.readAllBytes(dir.resolve(key(0, f)));
    }
  }

  @Test
  void tar_tree_isWhatWasStoredAndAskedForOnce() throws Exception {
    SortedMap<String, byte[]> files = tree();
    Path copy = Files.createDirectory(temporary.resolve("copy"));
    proxy.delay(Duration.ofMillis(10));
    try (Thins3Process thins3 = mount()) {
      assertThat(
              Shell.run(
                  "sh", "-c", "tar -C " + dir + " -cf - tree | tar -C " + copy + " -xf - 2>&1"))
          .isEqualTo(new Shell.Result(0, ""));
      assertSame(files, copy);
      // A whole number of files: what was fetched ahead was the GET of the open.
      for (String key : files.keySet()) {
        assertThat(requests(thins3, "GET s3://BUCKET/" + key + " ")).as(key).isEqualTo(1);
      }
      assertThat(requests(thins3, "level max-keys 1000"))
          .as("the first directories; the rest of the 29 comes in listings of the subtree")
          .isBetween(2L, 6L);
    }
  }

  @Test
  void cp_tree_isWhatWasStored() throws Exception {
    SortedMap<String, byte[]> files = tree();
    proxy.delay(Duration.ofMillis(5));
    try (Thins3Process thins3 = mount()) {
      Path copy = temporary.resolve("copy");
      assertThat(Shell.run("cp", "-r", dir.resolve("tree").toString(), copy.toString()))
          .isEqualTo(new Shell.Result(0, ""));
      for (var file : files.entrySet()) {
        assertThat(copy.resolve(file.getKey().substring("tree/".length())))
            .hasBinaryContent(file.getValue());
      }
      assertThat(requests(thins3, "GET s3://BUCKET/tree/")).isEqualTo(files.size());
    }
  }

  @Test
  void open_threeInOrder_theNextIsThereBeforeItIsOpened() throws Exception {
    SortedMap<String, byte[]> files = tree();
    try (Thins3Process thins3 = mount()) {
      readInOrder(3);
      String next = "GET s3://BUCKET/" + key(0, 3) + " ";
      Await.until("the next one is fetched", DEADLINE, () -> requests(thins3, next) == 1);
      assertThat(Files.readAllBytes(dir.resolve(key(0, 3)))).isEqualTo(files.get(key(0, 3)));
      assertThat(requests(thins3, next)).isEqualTo(1);
    }
  }

  @Test
  void open_replacedSinceItWasFetchedAhead_isTheNewVersionAfterTenSeconds() throws Exception {
    tree();
    try (Thins3Process thins3 = mount()) {
      readInOrder(3);
      String next = "GET s3://BUCKET/" + key(0, 3) + " ";
      Await.until("the next one is fetched", DEADLINE, () -> requests(thins3, next) == 1);
      long fetched = System.nanoTime();
      server.put(bucket, key(0, 3), "replaced".getBytes(UTF_8));
      Await.until(
          "ten seconds are over",
          DEADLINE,
          () -> System.nanoTime() - fetched > Duration.ofSeconds(10).toNanos());
      assertThat(dir.resolve(key(0, 3))).hasContent("replaced");
    }
  }

  @Test
  void open_switchedOff_nothingIsThereBeforeItIsOpened() throws Exception {
    tree();
    try (Thins3Process thins3 = mount("--no-sibling-readahead")) {
      readInOrder(8);
      assertThat(thins3.terminate()).isZero();
      for (int f = 0; f < FILES; f++) {
        assertThat(requests(thins3, "GET s3://BUCKET/" + key(0, f) + " "))
            .as("file %d", f)
            .isEqualTo(f < 8 ? 1 : 0);
      }
      assertThat(requests(thins3, "GET s3://BUCKET/tree/")).isEqualTo(8);
    }
  }

  /** docs/SEMANTICS.md: such an open shows the file as it was at most 10 s, or the TTL, before. */
  @Test
  void walk_filesReplacedMeanwhile_neverMixedAndNeverOlderThanPromised() throws Exception {
    Duration ttl = Duration.ofSeconds(2);
    int files = 40;
    List<SortedMap<Long, Integer>> storedAt = new ArrayList<>();
    for (int f = 0; f < files; f++) {
      storedAt.add(new ConcurrentSkipListMap<>());
      store(storedAt, f, 0);
    }
    var writer = Executors.newSingleThreadExecutor();
    try (Thins3Process thins3 = mount("--metadata-ttl", "2s")) {
      long end = System.nanoTime() + Duration.ofSeconds(12).toNanos();
      var writing =
          writer.submit(
              () -> {
                Random random = new Random(5);
                for (int version = 1; System.nanoTime() < end; version++) {
                  store(storedAt, random.nextInt(files), version);
                }
              });
      int reads = 0;
      while (System.nanoTime() < end) {
        for (int f = 0; f < files && System.nanoTime() < end; f++) {
          long before = System.nanoTime() - ttl.toNanos();
          int least =
              storedAt.get(f).headMap(before).values().stream().max(Integer::compare).orElse(0);
          int version = version(f);
          assertThat(version).as("file %d", f).isGreaterThanOrEqualTo(least);
          reads++;
        }
      }
      writing.get();
      assertThat(reads).isGreaterThan(files);
      assertThat(thins3.output()).doesNotContain(" ERROR ");
    } finally {
      writer.shutdownNow();
    }
  }

  private void store(List<SortedMap<Long, Integer>> storedAt, int file, int version) {
    byte[] content = new byte[200_000 + version % 1000];
    Arrays.fill(content, (byte) (version % 251));
    byte[] number = "%010d".formatted(version).getBytes(UTF_8);
    System.arraycopy(number, 0, content, 0, number.length);
    server.put(bucket, "d/file-%02d".formatted(file), content);
    storedAt.get(file).put(System.nanoTime(), version);
  }

  /** Reads a file, again when it was replaced while it was read. */
  private int version(int file) throws IOException {
    for (int attempt = 0; ; attempt++) {
      byte[] content;
      try {
        content = Files.readAllBytes(dir.resolve("d/file-%02d".formatted(file)));
      } catch (IOException e) {
        if (attempt < 20 && String.valueOf(e.getMessage()).contains("Stale file handle")) {
          continue;
        }
        throw e;
      }
      int version = Integer.parseInt(new String(content, 0, 10, UTF_8));
      assertThat(content).hasSize(200_000 + version % 1000);
      for (int i = 10; i < content.length; i++) {
        if (content[i] != (byte) (version % 251)) {
          throw new AssertionError("byte " + i + " of file " + file + " is of another version");
        }
      }
      return version;
    }
  }
}
