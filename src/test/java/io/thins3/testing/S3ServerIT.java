package io.thins3.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Each kind of server that this machine has does what tests rely on. */
class S3ServerIT {
  private static void assumeThereIs(S3Server.Kind kind) {
    switch (kind) {
      case EMBEDDED -> {}
      case MINIO ->
          assumeThat(MinioProcess.find()).as("a minio binary on this machine").isPresent();
      case CONTAINER ->
          assumeThat(ContainerS3.isPossible()).as("a Docker daemon that answers").isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(S3Server.Kind.class)
  void server_stoppedAndStartedAgain_hasItsPortAndData(S3Server.Kind kind) throws Exception {
    assumeThereIs(kind);
    try (S3Server server = S3Server.start(kind)) {
      URI endpoint = server.endpoint();
      String bucket = server.createBucket();
      String etag = server.put(bucket, "key", new byte[] {1, 2, 3});

      server.stop();
      assertThatThrownBy(() -> new Socket(endpoint.getHost(), endpoint.getPort()).close())
          .isInstanceOf(IOException.class);
      server.startAgain();

      assertThat(server.endpoint()).isEqualTo(endpoint);
      assertThat(server.client().listObjectsV2(b -> b.bucket(bucket)).contents())
          .extracting(S3Object::eTag)
          .containsExactly(etag);
    }
  }

  @Test
  void minio_closed_leavesNoProcess() throws Exception {
    assumeThereIs(S3Server.Kind.MINIO);
    List<ProcessHandle> before = minios();
    try (S3Server server = S3Server.start(S3Server.Kind.MINIO)) {
      assertThat(minios()).hasSize(before.size() + 1);
      server.pause();
      server.resume();
      assertThat(server.client().listBuckets().buckets()).isEmpty();
    }

    assertThat(minios()).hasSameSizeAs(before);
  }

  /** The servers that this JVM has started; the shell between is our child. */
  private static List<ProcessHandle> minios() {
    return ProcessHandle.current()
        .descendants()
        .filter(
            process ->
                process.info().arguments().map(List::of).orElse(List.of()).contains("server"))
        .filter(process -> !process.info().command().orElse("").endsWith("sh"))
        .toList();
  }

  @Test
  void shared_twice_isOneServer() {
    S3Server server = S3Server.shared();

    assertThat(S3Server.shared()).isSameAs(server);
    assertThat(server.createBucket()).isNotEqualTo(server.createBucket());
  }
}
