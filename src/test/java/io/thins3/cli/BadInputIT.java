package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.thins3.config.Credentials;
import io.thins3.testing.FreePort;
import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What wrong surroundings get: one line on standard error that names the thing, and the exit code
 * of docs/TROUBLESHOOTING.md. Wrong configuration files and values have their tests beside the code
 * that reads them; here are the store, the mount point and FUSE itself.
 */
class BadInputIT {
  @TempDir Path temporary = Path.of("/nowhere");

  private final S3Server server = S3Server.shared();
  private String bucket = "";
  private Path dir = Path.of("/nowhere");

  @BeforeEach
  void bucketAndDirectory() throws Exception {
    bucket = server.createBucket();
    dir = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
  }

  private String mount(String secret, String endpoint, String bucketName, Path at) {
    return "AWS_ACCESS_KEY_ID="
        + server.accessKey()
        + " AWS_SECRET_ACCESS_KEY="
        + secret
        + " XDG_STATE_HOME="
        + temporary.resolve("state")
        + " "
        + Thins3Process.launcher()
        + " mount --endpoint "
        + endpoint
        + " "
        + bucketName
        + " "
        + at
        + " 2>&1 >/dev/null";
  }

  private String mount() {
    return mount(server.secretKey(), server.endpoint().toString(), bucket, dir);
  }

  private void assertRefused(String script, int exitCode, String... words) throws Exception {
    assertRefused(Shell.run("bash", "-c", script), exitCode, words);
  }

  private void assertRefused(Shell.Result result, int exitCode, String... words)
      throws IOException {
    assertThat(result.out()).as("exit code %d", result.exitCode()).contains(words);
    assertThat(result.out().lines()).as(result.out()).hasSize(1);
    assertThat(result.out()).startsWith("thins3: ").doesNotContain(server.secretKey());
    assertThat(result.exitCode()).as(result.out()).isEqualTo(exitCode);
    assertThat(Thins3Process.isMounted(dir)).isFalse();
  }

  /** Both at the same time, because each is asked for a while. */
  @Test
  void endpointUnreachableOrUnknown_givesUp() throws Exception {
    String closed = "http://127.0.0.1:" + FreePort.find();
    String unknown = "http://no-such-host.invalid:9000";
    Path another = Files.createDirectory(temporary.toRealPath().resolve("another"));
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<Shell.Result> second =
          thread.submit(() -> Shell.run("bash", "-c", mount("secret", unknown, bucket, another)));
      assertRefused(mount("secret", closed, bucket, dir), 5, closed);
      assertRefused(second.get(2, TimeUnit.MINUTES), 5, "no-such-host.invalid");
      assertThat(Thins3Process.isMounted(another)).isFalse();
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void noSuchBucket_isNamed() throws Exception {
    String endpoint = server.endpoint().toString();
    assertRefused(mount(server.secretKey(), endpoint, "no-such-bucket", dir), 6, "no-such-bucket");
  }

  @Test
  void wrongSecret_isAccessDenied() throws Exception {
    assertRefused(mount("wrong-secret", server.endpoint().toString(), bucket, dir), 7, bucket);
  }

  @Test
  void unknownAccessKey_isAccessDenied() throws Exception {
    String script =
        mount()
            .replace(
                "AWS_ACCESS_KEY_ID=" + server.accessKey(), "AWS_ACCESS_KEY_ID=nobody-has-this-key");
    if (server.isMinio()) {
      assertRefused(script, 7, bucket, "does not know the access key");
    } else {
      assertRefused(script, 7, bucket); // s3proxy's answer to HEAD has no code
    }
  }

  @Test
  void keyWithoutRights_saysWhichAreNeeded() throws Exception {
    assumeThat(server.isMinio()).as("s3proxy has no policies").isTrue();
    Credentials.Static session =
        server.session(
            """
            {"Version":"2012-10-17","Statement":[
            {"Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::other/*"]}]}
            """);
    String token = Objects.requireNonNull(session.sessionToken()).reveal();
    String script =
        mount(session.secretKey().reveal(), server.endpoint().toString(), bucket, dir)
            .replace(
                "AWS_ACCESS_KEY_ID=" + server.accessKey(),
                "AWS_ACCESS_KEY_ID=%s AWS_SESSION_TOKEN=%s"
                    .formatted(session.accessKey().reveal(), token));
    assertRefused(script, 7, bucket, "is denied", "s3:ListBucket", "s3:GetObject");
  }

  @Test
  void noCredentials_saysWhereTheyWereLookedFor() throws Exception {
    assertRefused(
        "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; AWS_EC2_METADATA_DISABLED=true HOME="
            + temporary
            + " XDG_STATE_HOME="
            + temporary
            + " "
            + Thins3Process.launcher()
            + " mount --endpoint "
            + server.endpoint()
            + " "
            + bucket
            + " "
            + dir
            + " 2>&1 >/dev/null",
        4,
        "credentials");
  }

  @Test
  void mountPointMissing_isNamed() throws Exception {
    Path missing = dir.resolve("missing");
    String endpoint = server.endpoint().toString();
    assertRefused(mount(server.secretKey(), endpoint, bucket, missing), 8, missing.toString());
  }

  @Test
  void mountPointIsFile_isNamed() throws Exception {
    Path file = Files.createFile(dir.resolve("file"));
    String endpoint = server.endpoint().toString();
    assertRefused(
        mount(server.secretKey(), endpoint, bucket, file), 8, file.toString(), "not a directory");
  }

  @Test
  void mountPointNotEmpty_needsNonempty() throws Exception {
    Files.createFile(dir.resolve("something"));
    assertRefused(mount(), 8, dir.toString(), "not empty", "nonempty");

    try (Thins3Process thins3 = MountCommand.of(server, bucket, dir).mount("-o", "nonempty")) {
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }

  @Test
  void unknownMountOption_isNamed() throws Exception {
    assertRefused(
        mount().replace(" mount ", " mount -o definitely_unknown "), 2, "definitely_unknown");
  }

  @Test
  void noFuseDevice_saysHowToGetOne() throws Exception {
    assertRefused(
        inMountNamespace(
            List.of(
                "mkdir " + temporary + "/dev",
                "mount -t tmpfs none " + temporary + "/dev",
                "cp -a /dev/null /dev/zero /dev/random /dev/urandom " + temporary + "/dev/",
                "ln -s /proc/self/fd " + temporary + "/dev/fd",
                "mount --bind " + temporary + "/dev /dev")),
        9,
        "/dev/fuse");
  }

  @Test
  void libfuseMissing_namesThePackage() throws Exception {
    List<String> script = withoutFuseSoftware();
    script.add("export THINS3_TRANSPORT=libfuse");
    assertRefused(inMountNamespace(script), 9, "libfuse2");
  }

  @Test
  void libfuseAndFusermountMissing_rootMountsAllTheSame() throws Exception {
    server.put(bucket, "testfile", "hello\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Path inner = temporary.resolve("inner.sh");
    List<String> script = withoutFuseSoftware();
    script.add(mount());
    script.add("cat " + dir + "/testfile && umount " + dir);
    Files.writeString(inner, String.join("\n", script) + "\n");
    assertThat(Shell.run("unshare", "-m", "--propagation", "private", "bash", inner.toString()))
        .isEqualTo(new Shell.Result(0, "hello\n"));
  }

  @Test
  void optionOfAnotherFuse_saysWhatToUseInstead() throws Exception {
    assertRefused(
        "THINS3_FUSE_OPTIONS=attr_timeout=1 " + mount(), 2, "-o attr_timeout", "--metadata-ttl");
  }

  private List<String> withoutFuseSoftware() throws IOException {
    List<String> hide = new ArrayList<>();
    hide.add(": > " + temporary + "/empty");
    List<Path> files = libfuse();
    for (String program : List.of("/usr/bin/fusermount", "/usr/bin/fusermount3")) {
      if (Files.exists(Path.of(program))) {
        files.add(Path.of(program).toRealPath());
      }
    }
    for (Path file : files) {
      hide.add("mount --bind " + temporary + "/empty " + file);
    }
    return hide;
  }

  @Test
  void mayNotMount_saysSo() throws Exception {
    Path inner = temporary.resolve("inner.sh");
    Files.writeString(inner, mount());
    assertRefused(
        "setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin bash " + inner,
        9,
        "CAP_SYS_ADMIN");
  }

  private String inMountNamespace(List<String> preparation) throws IOException {
    Path inner = temporary.resolve("inner.sh");
    Files.writeString(inner, String.join("\n", preparation) + "\n" + mount() + "\n");
    return "unshare -m --propagation private bash " + inner;
  }

  private static List<Path> libfuse() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String dir : List.of("/lib", "/usr/lib", "/lib64", "/usr/lib64")) {
      Path root = Path.of(dir);
      if (Files.isDirectory(root) && !Files.isSymbolicLink(root)) {
        try (var files =
            Files.find(root, 2, (p, a) -> p.getFileName().toString().startsWith("libfuse.so.2"))) {
          files.filter(Files::isRegularFile).map(p -> p).forEach(found::add);
        }
      }
    }
    assertThat(found).as("libfuse.so.2 on this machine").isNotEmpty();
    return found;
  }
}
