package io.thins3.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.Await;
import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Extended attributes through a mount of the distribution, by the programs that use them. */
@Timeout(200)
class XattrIT {
  private static final S3Server SERVER = S3Server.shared();

  @TempDir Path temporary = Path.of("/nowhere");

  private final String bucket = SERVER.createBucket();
  private Path mount = Path.of("/nowhere");

  @BeforeEach
  void directory() throws Exception {
    org.assertj.core.api.Assumptions.assumeThat(SERVER.isMinio())
        .as("s3proxy's copies keep no headers")
        .isTrue();
    mount = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
  }

  private Thins3Process mounted(String... options) throws Exception {
    return MountCommand.of(SERVER, bucket, mount).mount(options);
  }

  private String sh(String script) throws Exception {
    Shell.Result result = Shell.run("bash", "-c", "cd '" + mount + "' && (" + script + ") 2>&1");
    return result.out() + (result.exitCode() == 0 ? "" : "exit " + result.exitCode() + "\n");
  }

  private HeadObjectResponse head(String key) {
    return SERVER.client().headObject(b -> b.bucket(bucket).key(key));
  }

  private static void end(Thins3Process thins3) throws Exception {
    assertThat(thins3.terminate()).as(thins3.output()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux", "libfuse"})
  void userAttributes_setListedReadAndRemoved_areMetadataOfTheObject(String transport)
      throws Exception {
    SERVER.put(bucket, "d/f", "content".getBytes(UTF_8));
    String all = "0x" + HexFormat.of().formatHex(allBytes());
    try (Thins3Process thins3 = mounted("--transport", transport)) {
      assertThat(sh("getfattr -d -m - d/f")).isEmpty();
      assertThat(sh("setfattr -n user.plain -v 'some text' d/f")).isEmpty();
      assertThat(sh("setfattr -n user.all -v " + all + " d/f")).isEmpty();
      assertThat(sh("setfattr -n user.empty d/f")).isEmpty();
      assertThat(sh("setfattr -n 'user.Größe 100%' -v é d/f")).isEmpty();

      assertThat(
              sh("getfattr -n user.all -e hex --only-values d/f | od -An -v -tx1 | tr -d ' \\n'"))
          .isEqualTo(all.substring(2));
      assertThat(sh("getfattr -d -m - -e text d/f"))
          .contains("# file: d/f\n", "user.plain=\"some text\"\n", "user.empty=\"\"\n");
      assertThat(sh("getfattr -n 'user.Größe 100%' --only-values d/f")).isEqualTo("é");
      assertThat(head("d/f").metadata()).containsEntry("plain", "some text").hasSize(4);

      assertThat(sh("setfattr -x user.plain d/f")).isEmpty();
      assertThat(sh("setfattr -x user.plain d/f")).contains("No such attribute");
      assertThat(sh("getfattr -n user.plain d/f")).contains("No such attribute");
      assertThat(head("d/f").metadata()).doesNotContainKey("plain").hasSize(3);
      assertThat(sh("cat d/f")).isEqualTo("content");
      end(thins3);
    }
  }

  private static byte[] allBytes() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    return all;
  }

  @Test
  void setAttribute_whatWasCachedAndOpen_goesOn() throws Exception {
    SERVER
        .client()
        .putObject(
            b ->
                b.bucket(bucket)
                    .key("f")
                    .contentType("text/x-odd")
                    .cacheControl("max-age=7")
                    .metadata(Map.of("old", "1")),
            software.amazon.awssdk.core.sync.RequestBody.fromString("0123456789"));
    String etag = head("f").eTag();
    try (Thins3Process thins3 = mounted()) {
      whileOpen();
      assertThat(head("f").eTag()).isEqualTo(etag);
      end(thins3);
    }
  }

  private void whileOpen() throws Exception {
    try (var open = Files.newInputStream(mount.resolve("f"))) {
      assertThat(sh("ls -l f; getfattr -d -m - f")).contains("user.old=\"1\"");
      FileTime before = Files.getLastModifiedTime(mount.resolve("f"));
      Await.until(
          "the store's clock, which has seconds, goes on",
          Duration.ofSeconds(10),
          () -> java.time.Instant.now().isAfter(before.toInstant().plusMillis(1100)));

      assertThat(sh("setfattr -n user.new -v 2 f")).isEmpty();

      assertThat(sh("getfattr -d -m - f")).contains("user.new=\"2\"", "user.old=\"1\"");
      assertThat(Files.getLastModifiedTime(mount.resolve("f"))).isGreaterThan(before);
      assertThat(open.readAllBytes()).isEqualTo("0123456789".getBytes(UTF_8));
      assertThat(head("f").contentType()).isEqualTo("text/x-odd");
      assertThat(head("f").cacheControl()).isEqualTo("max-age=7");
    }
  }

  @Test
  void limitsAndErrors_areThoseOfSetxattr() throws Exception {
    SERVER.put(bucket, "f", "x".getBytes(UTF_8));
    SERVER.put(bucket, "dir/x", "x".getBytes(UTF_8));
    try (Thins3Process thins3 = mounted()) {
      String script =
          """
          import os, errno
          def e(f, *a):
              try: print(f(*a))
              except OSError as x: print(errno.errorcode[x.errno].replace('EOPNOTSUPP', 'ENOTSUP'))
          # 2048 less x-amz-meta-big
          e(os.setxattr, 'f', 'user.big', b'x' * 2035)
          e(os.setxattr, 'f', 'user.big', b'x' * 2034)
          e(os.setxattr, 'f', 'user.more', b'x')
          e(os.setxattr, 'f', 'user.huge', b'x' * 65537)
          e(os.setxattr, 'f', 'user.big', b'x', os.XATTR_CREATE)
          e(os.setxattr, 'f', 'user.new', b'x', os.XATTR_REPLACE)
          e(os.setxattr, 'f', 'user.big', b'y', os.XATTR_REPLACE)
          e(os.getxattr, 'f', 'user.big')
          e(os.setxattr, 'f', 's3.etag', b'x')
          e(os.removexattr, 'f', 's3.etag')
          e(os.setxattr, 'f', 'odd.name', b'x')
          e(os.getxattr, 'f', 'odd.name')
          e(os.getxattr, 'f', 'security.capability')
          e(os.setxattr, 'dir', 'user.a', b'x')
          e(os.listxattr, 'dir')
          e(os.listxattr, '.')
          import ctypes
          c = ctypes.CDLL(None, use_errno=True)
          b = ctypes.create_string_buffer(1)
          os.setxattr('f', 'user.big', b'yz')
          print(c.getxattr(b'f', b'user.big', b, 0), c.getxattr(b'f', b'user.big', b, 1), errno.errorcode[ctypes.get_errno()])
          print(c.listxattr(b'f', b, 0), c.listxattr(b'f', b, 1), errno.errorcode[ctypes.get_errno()])
          """;
      Path file = Files.writeString(temporary.resolve("errors.py"), script);
      assertThat(sh("python3 " + file).split("\n", -1))
          .containsExactly(
              "ENOSPC",
              "None",
              "ENOSPC",
              "E2BIG",
              "EEXIST",
              "ENODATA",
              "None",
              "b'y'",
              "EPERM",
              "EPERM",
              "ENOTSUP",
              "ENOTSUP",
              "ENOTSUP",
              "ENOTSUP",
              "[]",
              "[]",
              "2 -1 ERANGE",
              "9 -1 ERANGE",
              "");
      end(thins3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux", "libfuse"})
  void directory_hasThoseOfItsMarker(String transport) throws Exception {
    SERVER.put(bucket, "d/", new byte[0]);
    SERVER.put(bucket, "d/f", "x".getBytes(UTF_8));
    SERVER.put(bucket, "implicit/f", "x".getBytes(UTF_8));
    try (Thins3Process thins3 = mounted("--transport", transport)) {
      assertThat(sh("setfattr -n user.a -v 1 d && getfattr -d d")).contains("user.a=\"1\"");
      assertThat(head("d/").metadata()).containsExactly(Map.entry("a", "1"));
      assertThat(sh("setfattr -x user.a d && getfattr -d d; ls d; cat d/f")).isEqualTo("f\nx");
      assertThat(sh("setfattr -n user.a -v 1 implicit")).contains("not supported");
      assertThat(sh("setfattr -n user.a -v 1 .")).contains("not supported");
      end(thins3);
    }
  }

  /** docs/SEMANTICS.md, Freshness: the attribute that is none. */
  @ParameterizedTest
  @ValueSource(strings = {"linux", "libfuse"})
  void setRefresh_whatOthersChanged_isSeen(String transport) throws Exception {
    SERVER.put(bucket, "d/f", "x".getBytes(UTF_8));
    try (Thins3Process thins3 =
        mounted("--transport", transport, "--metadata-ttl", "1h", "--negative-ttl", "1h")) {
      assertThat(sh("ls d; stat -c %s d/f; getfattr -d d/f")).isEqualTo("f\n1\n");
      SERVER.put(bucket, "d/f", "longer".getBytes(UTF_8));
      SERVER.put(bucket, "d/new", "x".getBytes(UTF_8));

      assertThat(sh("setfattr -n user.thins3.refresh d")).isEmpty();

      Await.until(
          "the kernel asks again",
          Duration.ofSeconds(20),
          () -> sh("ls d; stat -c %s d/f d/new").equals("f\nnew\n6\n1\n"));
      assertThat(sh("getfattr -d d; getfattr -n user.thins3.refresh d")).contains("No such attr");
      end(thins3);
    }
  }

  /**
   * What these programs ask for is none of ours: security.capability, security.selinux,
   * system.posix_acl_access. Writing and copying with attributes sends a HEAD for each file at
   * most.
   */
  @Test
  void attributesOfOthers_costNoRequest() throws Exception {
    for (int i = 0; i < 5; i++) {
      SERVER.put(bucket, "d/f" + i, "x".getBytes(UTF_8));
    }
    try (Thins3Process thins3 = mounted("--debug_s3")) {
      sh("ls -l d");
      long before = requests(thins3);
      sh(
          "for f in d/* d .; do for n in security.capability security.selinux"
              + " system.posix_acl_access system.posix_acl_default trusted.x; do"
              + " getfattr -n $n $f; done; done");
      sh("getcap d/f1; ls -ld --color=always d/*");
      assertThat(requests(thins3)).as(thins3.output()).isEqualTo(before);

      sh("rsync -aX d/ " + temporary + "/copy/ || cp -a d " + temporary + "/copy");
      sh("cp -a d " + temporary + "/another");
      assertThat(Files.readString(temporary.resolve("another/f1"))).isEqualTo("x");
      assertThat(Files.readString(temporary.resolve("copy/f1"))).isEqualTo("x");
      for (int i = 0; i < 5; i++) {
        assertThat(thins3.output().split("HEAD s3://" + bucket + "/d/f" + i + " details", -1))
            .as("one HEAD for both programs")
            .hasSizeLessThanOrEqualTo(2);
      }
      end(thins3);
    }
  }

  private static long requests(Thins3Process thins3) throws Exception {
    return thins3
        .output()
        .lines()
        .filter(line -> line.matches(".* (HEAD|LIST|GET|COPY) s3://.*"))
        .count();
  }

  /** Several readers, one of them in the middle of a file larger than what is read ahead. */
  @Test
  void setAttribute_whileLargeFileIsRead_readersGoOn() throws Exception {
    byte[] content = new byte[150 << 20];
    new java.util.Random(7).nextBytes(content);
    SERVER.put(bucket, "large", content);
    try (Thins3Process thins3 = mounted()) {
      readWhileChanging(content);
      end(thins3);
    }
  }

  private void readWhileChanging(byte[] content) throws Exception {
    try (var open = Files.newInputStream(mount.resolve("large"))) {
      byte[] got = new byte[content.length];
      int first = open.readNBytes(got, 0, 3 << 20);
      for (int i = 0; i < 5; i++) {
        assertThat(sh("setfattr -n user.n" + i + " -v 1 large")).isEmpty();
        assertThat(sh("getfattr -n user.n" + i + " --only-values large")).isEqualTo("1");
      }
      open.readNBytes(got, first, content.length - first);
      assertThat(java.util.Arrays.equals(got, content)).isTrue();
    }
  }

  @Test
  void storeAttributes_areWhatTheStoreSays() throws Exception {
    SERVER
        .client()
        .putObject(
            b ->
                b.bucket(bucket)
                    .key("f")
                    .storageClass("REDUCED_REDUNDANCY")
                    .checksumAlgorithm("CRC32C"),
            software.amazon.awssdk.core.sync.RequestBody.fromString("123456789"));
    SERVER.put(bucket, "g", "x".getBytes(UTF_8));
    try (Thins3Process thins3 = mounted()) {
      assertThat(sh("getfattr -n s3.etag --only-values f")).isEqualTo(head("f").eTag());
      assertThat(sh("getfattr -n s3.storage-class --only-values f"))
          .isEqualTo("REDUCED_REDUNDANCY");
      assertThat(sh("getfattr -n s3.storage-class --only-values g")).isEqualTo("STANDARD");
      // The check value of CRC-32C: e3069283.
      assertThat(sh("getfattr -n s3.checksum --only-values f")).isEqualTo("CRC32C:4waSgw==");
      assertThat(sh("getfattr -n s3.version-id f")).contains("No such attribute");
      end(thins3);
    }
  }

  @Test
  void readOnlyMount_changesNothing() throws Exception {
    SERVER.put(bucket, "f", "x".getBytes(UTF_8));
    try (Thins3Process thins3 = mounted("--read-only")) {
      assertThat(sh("setfattr -n user.a -v 1 f")).contains("Read-only file system");
      assertThat(sh("getfattr -d -m - f")).isEmpty();
      assertThat(head("f").metadata()).isEmpty();
      end(thins3);
    }
  }

  @Test
  void lsAndCopy_costNoHeadAndFailNowhere() throws Exception {
    for (int i = 0; i < 20; i++) {
      SERVER.put(bucket, "d/f" + i, "x".getBytes(UTF_8));
    }
    try (Thins3Process thins3 = mounted("--debug_s3")) {
      assertThat(sh("ls -l --color=always d | wc -l")).isEqualTo("21\n");
      assertThat(thins3.output()).doesNotContain("HEAD s3://" + bucket + "/d/f");

      sh("setfattr -n user.a -v 1 d/f1");
      Path copy = temporary.resolve("copy");
      assertThat(sh("cp -a d " + copy)).isEmpty();
      assertThat(Files.readString(copy.resolve("f1"))).isEqualTo("x");
      assertThat(sh("cp --preserve=xattr d/f1 " + copy + "/again")).doesNotContain("s3.");
      end(thins3);
    }
  }
}
