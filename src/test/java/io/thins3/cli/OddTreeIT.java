package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.Await;
import io.thins3.testing.MemoryObjectStore;
import io.thins3.testing.Shell;
import io.thins3.testing.StubS3;
import io.thins3.testing.Thins3Process;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Buckets with keys that real servers refuse, and directories larger than a test may store. */
@Timeout(300)
class OddTreeIT {
  private final StubS3 s3 = new StubS3();
  private final MemoryObjectStore store = s3.store();
  private Path mount = Path.of("/nowhere");

  @BeforeEach
  void directory(@TempDir Path temporary) throws Exception {
    mount = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
  }

  @AfterEach
  void close() {
    s3.close();
  }

  private String sh(String script) throws Exception {
    return Shell.run("bash", "-c", "cd '" + mount + "' && (" + script + ") 2>&1").out();
  }

  private List<String> lines(String script) throws Exception {
    String out = sh(script);
    return out.isEmpty() ? List.of() : List.of(out.split("\n"));
  }

  private static void end(Thins3Process thins3) throws Exception {
    assertThat(thins3.terminate()).as(thins3.output()).isZero();
  }

  @Test
  void list_keysThatNoPathLeadsTo_hiddenAndLoggedOnce() throws Exception {
    String tooLong = "l".repeat(256);
    store
        .put("a//b", "1")
        .put("/absolute", "1")
        .put("./here", "1")
        .put("../above", "1")
        .put("d/./x", "1")
        .put("d/../y", "1")
        .put("d/nul\0x", "1")
        .put("d/" + tooLong, "1")
        .put("d/" + tooLong + "/below", "1")
        .put("d/ok", "1");
    try (Thins3Process thins3 = s3.mount(mount).mount()) {
      assertThat(lines("ls -A; ls -A")).containsExactly("a", "d", "a", "d");
      assertThat(lines("ls -A a")).isEmpty();
      assertThat(lines("ls -A d; ls -A d")).containsExactly("ok", "ok");
      assertThat(sh("stat -c %F a")).isEqualTo("directory\n");
      assertThat(sh("find . | sort")).isEqualTo(".\n./a\n./d\n./d/ok\n");
      assertThat(sh("stat d/" + tooLong)).contains("File name too long");
      for (String key : List.of("a//", "/", "./", "../", "d/./", "d/../", "d/" + tooLong)) {
        assertThat(thins3.output().split("s3://stub/" + java.util.regex.Pattern.quote(key) + " is"))
            .as("%s is said once", key)
            .hasSize(2);
      }
      thins3.signal("USR1");
      Await.until(
          "the metric of hidden keys",
          Duration.ofSeconds(20),
          () -> thins3.output().matches("(?s).*thins3_hidden_keys_total [1-9].*"));
      end(thins3);
    }
  }

  @Test
  void tree_fileAndDirectoryOfOneName_directoryWinsEverywhere() throws Exception {
    store.put("x", "file").put("x-1", "").put("x.1", "").put("x/y", "below").put("x0", "");
    store.put("m", "file").put("m/", "");
    store.put("data/", "a marker with content");
    for (String option : List.of("--metadata-ttl=60s", "--metadata-ttl=0")) {
      try (Thins3Process thins3 = s3.mount(mount).mount(option)) {
        assertThat(sh("cat x/y; stat -c %F x m data"))
            .isEqualTo("belowdirectory\ndirectory\ndirectory\n");
        assertThat(lines("LC_ALL=C ls -p"))
            .containsExactly("data/", "m/", "x/", "x-1", "x.1", "x0");
        assertThat(sh("stat -c %F x m data")).isEqualTo("directory\ndirectory\ndirectory\n");
        assertThat(sh("ls -A data m")).isEqualTo("data:\n\nm:\n");
        end(thins3);
      }
    }
  }

  @Test
  void list_namesAroundTheSlashOverManyPages_eachOnce() throws Exception {
    Set<String> expected = new TreeSet<>();
    for (int i = 0; i < 600; i++) {
      String name = "n%03d".formatted(i);
      store.put("d/" + name + "-x", "").put("d/" + name + ".y", "").put("d/" + name + "0", "");
      expected.addAll(List.of(name + "-x", name + ".y", name + "0"));
      if (i % 2 == 0) {
        store.put("d/" + name, "");
        expected.add(i % 3 == 0 ? name + "/" : name);
      }
      if (i % 3 == 0) {
        store.put("d/" + name + "/below", "");
        expected.add(name + "/");
      }
    }
    for (int page : new int[] {1000, 7}) {
      store.setPageSize(page);
      try (Thins3Process thins3 = s3.mount(mount).mount()) {
        List<String> listed = lines("ls -Ap -U d");
        assertThat(listed).doesNotHaveDuplicates();
        assertThat(new TreeSet<>(listed)).isEqualTo(expected);
        assertThat(lines("ls -Ap -U d")).isEqualTo(listed);
        assertThat(sh("stat -c %F d/n000 d/n001-x d/n002 d/n003; stat d/n001"))
            .startsWith("directory\nregular empty file\nregular empty file\ndirectory\n")
            .contains("No such file");
        end(thins3);
      }
    }
  }

  @Test
  void list_hundredThousandKeys_firstComeSoonAndAllComeOnce() throws Exception {
    for (int i = 0; i < 100_000; i++) {
      store.put("d/%06d".formatted(i), "");
    }
    try (Thins3Process thins3 = s3.mount(mount).mount()) {
      int before = s3.requests().size();
      assertThat(sh("ls -U d | head -3")).isEqualTo("000000\n000001\n000002\n");
      sh("python3 -c 'import os; it = os.scandir(\"d\"); print(next(it).name); it.close()'");
      assertThat(s3.requests().size() - before).as("not all pages").isLessThan(110);
      assertThat(sh("ls -U d | sort -u | wc -l")).isEqualTo("100000\n");
      assertThat(sh("ls -lU d | wc -l")).isEqualTo("100001\n");
      assertThat(sh("stat -c %s d/077777; stat d/x")).startsWith("0\n").contains("No such file");
      end(thins3);
    }
  }

  /**
   * A heap of 64 MiB has room for 33,000 nodes. Without a limit, ls ended with EIO where it was
   * full.
   */
  @Test
  void list_moreFilesThanTheHeapHasRoomForNodes_kernelForgetsSomeAndAllAreListed()
      throws Exception {
    for (int i = 0; i < 200_000; i++) {
      store.put("d/%06d".formatted(i), "");
    }
    store.put("d/open", "content");
    try (Thins3Process thins3 =
        s3.mount(mount).with("THINS3_JAVA_OPTS", "-Xmx64m").mount("--metadata-memory", "16MiB")) {
      String held = "exec 3< d/open; ls -lU d | wc -l; cat <&3; readlink /proc/self/fd/3";
      assertThat(sh(held)).as(thins3.output()).isEqualTo("200002\ncontent" + mount + "/d/open\n");
      assertThat(sh("stat -c %s d/000000 d/199999 d/open")).isEqualTo("0\n0\n7\n");
      thins3.signal("USR1");
      Await.until(
          "the metric of names taken back",
          Duration.ofSeconds(20),
          () -> thins3.output().matches("(?s).*thins3_nodes_taken_back_total [1-9].*"));
      assertThat(thins3.output()).doesNotContain("ERROR", "OutOfMemory");
      end(thins3);
    }
  }

  @Test
  void tree_twelveLevelsDeep_isWalked() throws Exception {
    store.put("1/2/3/4/5/6/7/8/9/10/11/12/file", "deep");
    try (Thins3Process thins3 = s3.mount(mount).mount()) {
      assertThat(sh("cat 1/2/3/4/5/6/7/8/9/10/11/12/file")).isEqualTo("deep");
      assertThat(lines("find .")).hasSize(14);
      assertThat(sh("cd 1/2/3/4/5/6/7/8/9/10/11/12 && cat ../12/file")).isEqualTo("deep");
      end(thins3);
    }
  }

  @Test
  void tree_fiveThousandDirectories_areFoundInFewRequests() throws Exception {
    for (int i = 0; i < 5000; i++) {
      store.put("t/%02d/%03d/f".formatted(i / 100, i), "");
    }
    try (Thins3Process thins3 = s3.mount(mount).mount()) {
      int before = s3.requests().size();
      assertThat(sh("find t -type d | wc -l")).isEqualTo("5051\n");
      assertThat(s3.requests().size() - before).isLessThan(40);
      assertThat(sh("find t -type f | sort -u | wc -l")).isEqualTo("5000\n");
      end(thins3);
    }
  }

  @Test
  void list_entriesDeletedAndAddedMeanwhile_nothingTwiceAndNothingLost() throws Exception {
    for (int i = 0; i < 5000; i++) {
      store.put("d/%05d".formatted(2 * i), "");
    }
    store.setPageSize(100);
    try (Thins3Process thins3 = s3.mount(mount).mount("--metadata-ttl", "0")) {
      Process reader =
          new ProcessBuilder(
                  "python3",
                  "-uc",
                  """
                  import os, sys
                  for entry in os.scandir(sys.argv[1]):
                      print(entry.name)
                      if int(entry.name) % 100 == 0:
                          sys.stdin.readline()
                  """,
                  mount.resolve("d").toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      List<String> seen = new ArrayList<>();
      Set<Integer> deleted = new TreeSet<>();
      try (var out = reader.inputReader();
          var in = reader.outputWriter()) {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          seen.add(line);
          int number = Integer.parseInt(line);
          if (number % 100 == 0) {
            // Of what was read, of what is just being read, and of what comes much later.
            for (int one : new int[] {number - 100, number + 2, number + 2000}) {
              store.delete("d/%05d".formatted(one));
              deleted.add(one);
            }
            store.put("d/%05d".formatted(number + 51), "").put("d/%05d".formatted(number - 49), "");
            in.write("\n");
            in.flush();
          }
        }
      }
      assertThat(reader.waitFor()).isZero();
      assertThat(seen).doesNotHaveDuplicates();
      List<String> lost = new ArrayList<>();
      for (int i = 0; i < 10_000; i += 2) {
        if (!deleted.contains(i) && !seen.contains("%05d".formatted(i))) {
          lost.add("%05d".formatted(i));
        }
      }
      assertThat(lost).isEmpty();
      end(thins3);
    }
  }
}
