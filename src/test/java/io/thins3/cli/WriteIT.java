package io.thins3.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/SEMANTICS.md, Writing and Names that change, by programs on a mount. */
@Timeout(300)
class WriteIT {
  private static final S3Server SERVER = S3Server.shared();

  @TempDir Path temporary = Path.of("/nowhere");

  private final String bucket = SERVER.createBucket();
  private Path mount = Path.of("/nowhere");

  @BeforeEach
  void directory() throws Exception {
    org.assertj.core.api.Assumptions.assumeThat(SERVER.isMinio())
        .as("s3proxy knows no conditional writes and no FULL_OBJECT checksums")
        .isTrue();
    mount = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
  }

  private Thins3Process mounted(String... options) throws Exception {
    String[] all = new String[options.length + 2];
    all[0] = "--staging-dir";
    all[1] = temporary.toRealPath().resolve("staging").toString();
    System.arraycopy(options, 0, all, 2, options.length);
    return MountCommand.of(SERVER, bucket, mount).mount(all);
  }

  private String sh(String script) throws Exception {
    Shell.Result result = Shell.run("bash", "-c", "cd '" + mount + "' && (" + script + ") 2>&1");
    return result.out() + (result.exitCode() == 0 ? "" : "exit " + result.exitCode() + "\n");
  }

  private byte[] stored(String key) {
    return SERVER.client().getObjectAsBytes(b -> b.bucket(bucket).key(key)).asByteArray();
  }

  private String text(String key) {
    return new String(stored(key), UTF_8);
  }

  private void end(Thins3Process thins3) throws Exception {
    assertThat(thins3.terminate()).as(thins3.output()).isZero();
    assertThat(thins3.output()).doesNotContain(" ERROR ");
    Path staging = temporary.toRealPath().resolve("staging");
    if (Files.exists(staging)) {
      assertThat(staging).isEmptyDirectory();
    }
    assertThat(SERVER.client().listMultipartUploads(b -> b.bucket(bucket)).uploads()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux", "libfuse"})
  void programs_writeAppendAndCut_storeHasTheResult(String transport) throws Exception {
    try (Thins3Process thins3 = mounted("--transport", transport)) {
      assertThat(sh("echo hello > a && cat a")).isEqualTo("hello\n");
      assertThat(text("a")).isEqualTo("hello\n");
      assertThat(sh("echo more >> a && cat a && stat -c %s a")).isEqualTo("hello\nmore\n11\n");
      assertThat(text("a")).isEqualTo("hello\nmore\n");
      assertThat(sh("sed -i s/hello/bye/ a && cat a")).isEqualTo("bye\nmore\n");
      assertThat(sh("truncate -s 3 a && cat a")).isEqualTo("bye");
      assertThat(text("a")).isEqualTo("bye");
      assertThat(sh("truncate -s 5 a && od -An -c a | tr -d ' '")).isEqualTo("bye\\0\\0\n");
      assertThat(sh(": > e && stat -c %s e")).isEqualTo("0\n");
      assertThat(stored("e")).isEmpty();
      assertThat(sh("printf XY | dd of=a bs=1 seek=1 conv=notrunc status=none; cat a | tr '\\0' ."))
          .isEqualTo("bXY..");
      assertThat(sh("for i in 1 2 3; do echo $i; done > loop; cat loop")).isEqualTo("1\n2\n3\n");
      end(thins3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux", "libfuse"})
  void names_madeMovedAndRemoved_areSoInTheStore(String transport) throws Exception {
    try (Thins3Process thins3 = mounted("--transport", transport)) {
      assertThat(
              sh(
                  "mkdir -p x/y && for i in 1 2 3; do echo $i > x/y/$i; done && mv x w && find w |"
                      + " sort"))
          .isEqualTo("w\nw/y\nw/y/1\nw/y/2\nw/y/3\n");
      assertThat(text("w/y/2")).isEqualTo("2\n");
      assertThat(sh("mv w/y/1 w/one && cat w/one && rm w/y/2 w/y/3 && ls w/y && rmdir w/y && ls w"))
          .isEqualTo("1\none\n");
      assertThat(sh("rmdir w")).contains("Directory not empty");
      assertThat(sh("mkdir w")).contains("File exists");
      assertThat(sh("rm -r w && ls")).isEmpty();
      assertThat(SERVER.client().listObjectsV2(b -> b.bucket(bucket)).contents()).isEmpty();
      end(thins3);
    }
  }

  @Test
  void largeFile_writtenChangedAndAppended_isTheSameInTheStore() throws Exception {
    Path local = temporary.toRealPath().resolve("local");
    Files.write(local, random(40 << 20));
    try (Thins3Process thins3 = mounted()) {
      assertThat(sh("cp '" + local + "' big && cmp big '" + local + "' && echo same"))
          .isEqualTo("same\n");
      String change =
          "printf CHANGED | dd of=%s bs=1 seek=20000000 conv=notrunc status=none; echo tail >> %s";
      assertThat(sh(change.formatted("big", "big"))).isEmpty();
      assertThat(sh(change.formatted("'" + local + "'", "'" + local + "'"))).isEmpty();
      assertThat(stored("big")).isEqualTo(Files.readAllBytes(local));
      assertThat(
              sh(
                  "cmp big '"
                      + local
                      + "' && mv big moved && cmp moved '"
                      + local
                      + "' && echo same"))
          .isEqualTo("same\n");
      end(thins3);
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new java.util.Random(5).nextBytes(bytes);
    return bytes;
  }

  @Test
  void openFile_whileItIsWritten_isSeenByOthers() throws Exception {
    String script =
        """
        import os, sys
        os.chdir(sys.argv[1])
        f = open('new', 'w+b', buffering=0)
        f.write(b'0123456789')
        print(os.listdir('.'), os.stat('new').st_size, open('new', 'rb').read())
        f.seek(2); f.write(b'AB'); f.seek(0); print(f.read())
        os.fsync(f.fileno()); f.write(b'zz'); os.rename('new', 'renamed')
        f.close(); print(open('renamed', 'rb').read())
        t = open('gone', 'w+b', buffering=0); t.write(b'temporary'); os.unlink('gone')
        t.seek(0); print(t.read(), os.listdir('.')); t.close(); print(os.listdir('.'))
        """;
    try (Thins3Process thins3 = mounted()) {
      Shell.Result result = Shell.run("python3", "-c", script, mount.toString());

      assertThat(result.out())
          .isEqualTo(
              """
              ['new'] 10 b'0123456789'
              b'01AB456789'
              b'01AB456789zz'
              b'temporary' ['renamed']
              ['renamed']
              """);
      assertThat(text("renamed")).isEqualTo("01AB456789zz");
      end(thins3);
    }
  }

  @Test
  void newFile_inAKnownDirectory_costsOnePut() throws Exception {
    SERVER.put(bucket, "d/old", new byte[1]);
    try (Thins3Process thins3 = mounted("--debug_s3", "--negative-ttl", "10m")) {
      assertThat(sh("ls d")).isEqualTo("old\n");
      long before = requests(thins3);
      assertThat(sh("echo content > d/new")).isEmpty();

      assertThat(text("d/new")).isEqualTo("content\n");
      assertThat(requests(thins3) - before)
          .as("bash closes its own copy first: empty, content")
          .isEqualTo(2);
      long then = requests(thins3);
      assertThat(sh("dd if=/dev/zero of=d/other bs=100 count=1 status=none")).isEmpty();
      assertThat(requests(thins3) - then).isLessThanOrEqualTo(2);
      assertThat(thins3.terminate()).isZero();
    }
  }

  private static long requests(Thins3Process thins3) throws Exception {
    return thins3.output().lines().filter(line -> line.contains(" s3://")).count();
  }

  @Test
  void readOnlyMount_everyChange_isRefusedAndNothingIsSent() throws Exception {
    SERVER.put(bucket, "f", "x".getBytes(UTF_8));
    try (Thins3Process thins3 = mounted("--read-only", "--debug_s3")) {
      for (String change :
          new String[] {
            "echo y > f", "rm f", "mv f g", "mkdir d", "truncate -s 0 f", "touch f", "chmod 600 f"
          }) {
        assertThat(sh(change)).as(change).contains("Read-only file system");
      }
      assertThat(thins3.output())
          .doesNotContain("PUT s3")
          .doesNotContain("DELETE s3")
          .doesNotContain("COPY s3");
      end(thins3);
    }
  }
}
