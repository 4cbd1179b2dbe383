package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.thins3.testing.ForwardProxy;
import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.TestCertificates;
import io.thins3.testing.Thins3Process;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A mount whose store can be reached through a proxy alone. */
@Timeout(300)
class ProxyIT {
  /** No name server knows it (RFC 6761, section 6.4): who reads from there has asked the proxy. */
  private static final String STORE = "http://store.invalid:9000";

  @TempDir Path temporary = Path.of("/nowhere");

  @ParameterizedTest
  @ValueSource(strings = {"native", "apache"})
  void mount_proxyOfTheEnvironment_everyRequestGoesThroughIt(String client) throws Exception {
    S3Server server = S3Server.shared();
    String bucket = server.createBucket();
    byte[] content = new byte[3_000_000];
    new Random(11).nextBytes(content);
    server.put(bucket, "dir/file", content);
    Path mountPoint = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
    try (ForwardProxy proxy = new ForwardProxy(server.endpoint());
        Thins3Process thins3 =
            MountCommand.of(server, bucket, mountPoint)
                .through(URI.create(STORE))
                .with("HTTP_PROXY", proxy.endpoint().toString())
                .with("http_proxy", proxy.endpoint().toString())
                .with("NO_PROXY", "localhost,127.0.0.1,other.invalid")
                .with("no_proxy", "localhost,127.0.0.1,other.invalid")
                .mount("--http-client", client)) {
      assertThat(mountPoint.resolve("dir").toFile().list()).containsExactly("file");
      assertThat(Files.readAllBytes(mountPoint.resolve("dir/file"))).isEqualTo(content);

      assertThat(proxy.requests())
          .contains("GET " + STORE + "/" + bucket + "/dir/file")
          .anyMatch(request -> request.startsWith("GET " + STORE + "/" + bucket + "?"))
          .allMatch(request -> request.contains(" " + STORE + "/" + bucket));
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }

  /** "user:pass@word". */
  private static final String AUTHORIZATION = "Basic dXNlcjpwYXNzQHdvcmQ=";

  /** https goes through a tunnel; name and authority of the store's certificate are checked. */
  @ParameterizedTest
  @ValueSource(strings = {"native", "apache"})
  void mount_httpsAndAProxyWithAPassword_readsThroughTunnels(String client) throws Exception {
    assumeTrue(S3Server.kind() == S3Server.Kind.MINIO, "only a MinIO binary serves TLS here");
    Path directory = temporary.toRealPath();
    TestCertificates certificates =
        TestCertificates.create(
            Files.createDirectory(directory.resolve("keys")), "dns:store.invalid");
    Path mountPoint = Files.createDirectory(directory.resolve("mnt"));
    byte[] content = new byte[3_000_000];
    new Random(12).nextBytes(content);
    try (S3Server server = S3Server.startTls(certificates);
        ForwardProxy proxy = new ForwardProxy(server.endpoint())) {
      String bucket = server.createBucket();
      server.put(bucket, "dir/file", content);
      MountCommand command =
          MountCommand.of(server, bucket, mountPoint)
              .through(URI.create("https://store.invalid:9443"))
              .with(
                  "https_proxy", "http://user:pass%40word@127.0.0.1:" + proxy.endpoint().getPort())
              .with("no_proxy", "localhost,other.invalid:1,10.0.0.0/8");
      String bundle = certificates.authority().toString();
      try (Thins3Process thins3 = command.mount("--http-client", client, "--ca-bundle", bundle)) {
        assertThat(Files.readAllBytes(mountPoint.resolve("dir/file"))).isEqualTo(content);

        assertThat(proxy.requests()).isNotEmpty().containsOnly("CONNECT store.invalid:9443");
        assertThat(proxy.authorizations()).containsOnly(AUTHORIZATION);
        assertThat(thins3.terminate()).as(thins3.output()).isZero();
        assertThat(thins3.output()).doesNotContain("pass%40word").doesNotContain("pass@word");
      }

      try (Thins3Process refused =
          command
              .through(URI.create("https://wrong.invalid:9443"))
              .start("--http-client", client, "--ca-bundle", bundle)) {
        assertThat(refused.awaitExit()).isNotZero();
        assertThat(refused.output()).contains("wrong.invalid").containsIgnoringCase("certificate");
        assertThat(Thins3Process.isMounted(mountPoint)).isFalse();
      }
    }
  }
}
