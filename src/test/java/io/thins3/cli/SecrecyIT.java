package io.thins3.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.thins3.config.Credentials;
import io.thins3.testing.S3Server;
import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Secret key and session token are shown nowhere, with all logging that there is. They are given as
 * literals, so that they are in the configuration, too.
 */
class SecrecyIT {
  private static final String WRONG_SECRET = "a-wrong-secret-key-to-look-for";

  @TempDir Path temporary = Path.of("/nowhere");

  private final S3Server server = S3Server.shared();
  private FluidDirectory fluid = new FluidDirectory(Path.of("/nowhere"));
  private Path log = Path.of("/nowhere");
  private String bucket = "";
  private String accessKey = "";
  private String secretKey = "";
  private String token = "";

  @BeforeEach
  void session() throws Exception {
    assumeThat(server.isMinio()).as("s3proxy has no sessions").isTrue();
    bucket = server.createBucket();
    server.put(bucket, "a/testfile", "hello\n".getBytes(UTF_8));
    fluid = new FluidDirectory(temporary.toRealPath());
    log = temporary.resolve("log");
    Credentials.Static session =
        server.session(
            """
            {"Version":"2012-10-17","Statement":[
            {"Effect":"Allow","Action":["s3:*"],"Resource":["arn:aws:s3:::*"]}]}
            """);
    accessKey = session.accessKey().reveal();
    secretKey = session.secretKey().reveal();
    token = Objects.requireNonNull(session.sessionToken()).reveal();
  }

  @Test
  void allLogging_reading_showsNoSecret() throws Exception {
    try (Thins3Process thins3 = start(secretKey).awaitMounted()) {
      Path mount = fluid.targetPath();
      assertThat(Files.readString(mount.resolve("a/testfile"))).isEqualTo("hello\n");
      assertThat(Shell.run("ls", "-lR", mount.toString()).out()).contains("testfile");
      assertThat(Files.exists(mount.resolve("a/none"))).isFalse();
      assertUnseen("command line", Files.readString(Path.of("/proc/" + thins3.pid() + "/cmdline")));
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
      assertUnseen("output", thins3.output());
    }
    String logged = Files.readString(log);
    assertThat(logged)
        .contains("DEBUG", "lookup /a/testfile", "GET s3://" + bucket + "/a/testfile");
    assertUnseen("log", logged);
  }

  @Test
  void allLogging_refusedKey_showsNoSecret() throws Exception {
    try (Thins3Process thins3 = start(WRONG_SECRET)) {
      assertThat(thins3.awaitExit()).as(thins3.output()).isEqualTo(7);
      assertThat(thins3.output()).contains("the secret key is wrong");
      assertUnseen("output", thins3.output());
    }
    assertThat(Files.readString(log)).contains("403");
    assertUnseen("log", Files.readString(log));
  }

  private void assertUnseen(String where, String text) {
    for (String secret : new String[] {secretKey, token, WRONG_SECRET}) {
      assertThat(text.contains(secret)).as("a secret in the %s", where).isFalse();
    }
  }

  private Thins3Process start(String secret) throws IOException {
    fluid.config(
        """
        {"mounts":[{"mountPoint":"s3://%s","name":"minio","options":{"endpoint":"%s",
         "access-key":"%s","secret-key":"%s","session-token":"%s"}}],
         "targetPath":"%s","accessModes":["ReadOnlyMany"]}
        """
            .formatted(bucket, server.endpoint(), accessKey, secret, token, fluid.targetPath()));
    List<String> arguments = new ArrayList<>(List.of(fluid.arguments()));
    arguments.addAll(
        List.of(
            "--log-level", "trace", "--debug_s3", "--debug_fuse", "--log-file", log.toString()));
    return Thins3Process.start(fluid.targetPath(), Map.of(), arguments.toArray(String[]::new));
  }
}
