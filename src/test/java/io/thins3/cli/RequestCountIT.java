package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.MemoryObjectStore;
import io.thins3.testing.Shell;
import io.thins3.testing.StubS3;
import io.thins3.testing.Thins3Process;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What programs' work with names costs in requests: each is a round trip, and some cost money. */
@Timeout(200)
class RequestCountIT {
  private final StubS3 s3 = new StubS3();
  private final MemoryObjectStore store = s3.store();
  private Path mount = Path.of("/nowhere");
  private int counted;

  @BeforeEach
  void directory(@TempDir Path temporary) throws Exception {
    mount = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
  }

  @AfterEach
  void close() {
    s3.close();
  }

  private Thins3Process mounted(String... options) throws Exception {
    Thins3Process thins3 = s3.mount(mount).mount(options);
    counted = s3.requests().size();
    return thins3;
  }

  /** Runs a script, and gives the requests that were sent since the last time. */
  private List<String> requests(String script) throws Exception {
    Shell.run("bash", "-c", "cd '" + mount + "' && (" + script + ") 2>&1");
    List<String> all = s3.requests();
    List<String> sent = all.subList(counted, all.size());
    counted = all.size();
    return sent;
  }

  @Test
  void ls_ofThreePages_isThreeListingsAndNothingMore() throws Exception {
    for (int i = 0; i < 2500; i++) {
      store.put("d/%04d".formatted(i), "x");
    }
    try (Thins3Process thins3 = mounted()) {
      assertThat(requests("ls -l d | wc -l"))
          .containsExactlyInAnyOrder("HEAD d", "LIST d/", "LIST d/", "LIST d/", "LIST d/");
      assertThat(requests("ls -l d; stat d/0000 d/2499 d/missing")).isEmpty();
      assertThat(thins3.terminate()).isZero();
    }
  }

  @Test
  void find_200DirectoriesBelow20_sixListings() throws Exception {
    for (int i = 0; i < 2000; i++) {
      store.put("t/d%02d/s%02d/f%d".formatted(i / 100, i / 10 % 10, i % 10), "x");
    }
    try (Thins3Process thins3 = mounted()) {
      assertThat(requests("find t | wc -l"))
          .containsExactlyInAnyOrder(
              "HEAD t",
              "LIST t/", // is there such a directory?
              "LIST t/",
              "LIST t/d00/",
              "LIST t/d00/s00/",
              "ALL t/d00/",
              "ALL t/",
              "ALL t/");
      assertThat(requests("find t -ls; du -s t")).isEmpty();
      assertThat(thins3.terminate()).isZero();
    }
  }

  @Test
  void stat_missingName_oneQuestionOfEachKindAndNoneWithinTheNegativeTtl() throws Exception {
    try (Thins3Process thins3 = mounted("--negative-ttl", "1h")) {
      assertThat(requests("stat missing"))
          .containsExactlyInAnyOrder("HEAD missing", "LIST missing/");
      assertThat(requests("stat missing; cat missing")).isEmpty();
      assertThat(thins3.terminate()).isZero();
    }
    try (Thins3Process thins3 = mounted("--cheap")) {
      store.put("file", "x");
      assertThat(requests("stat file")).containsExactly("HEAD file");
      assertThat(requests("stat missing")).containsExactly("HEAD missing", "LIST missing/");
      assertThat(thins3.terminate()).isZero();
    }
  }

  @Test
  void open_knownFile_isItsContentAlone() throws Exception {
    store.put("d/f", "content");
    try (Thins3Process thins3 = mounted()) {
      requests("ls -l d");
      assertThat(requests("cat d/f")).containsExactly("GET d/f");
      assertThat(requests("cat d/f"))
          .as("whether it is still that version, whatever the TTL")
          .containsExactly("GET d/f");
      assertThat(thins3.terminate()).isZero();
    }
  }

  @Test
  void stat_thousandNamesOneByOne_turnIntoAListing() throws Exception {
    for (int i = 0; i < 1000; i++) {
      store.put("d/%04d".formatted(i), "x");
    }
    try (Thins3Process thins3 = mounted()) {
      List<String> sent =
          requests("python3 -c 'import os; [os.stat(\"d/%04d\" % i) for i in range(1000)]'");
      assertThat(sent.stream().filter("LIST d/"::equals))
          .as("lookup of d, and the listing")
          .hasSize(2);
      assertThat(sent).as("until the listing was there").hasSizeLessThan(200);
      assertThat(thins3.terminate()).isZero();
    }
  }
}
