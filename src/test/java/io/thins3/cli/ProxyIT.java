package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.ForwardProxy;
import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
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
}
