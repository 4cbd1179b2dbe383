package io.thins3.testing;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.MinIOContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * MinIO in a container. The port on the host is chosen before, so that it stays the same when the
 * container is stopped and started again. $THINS3_TEST_MINIO_IMAGE names another image.
 */
final class ContainerS3 implements S3Backend {
  private static final String IMAGE = "minio/minio:RELEASE.2025-09-07T16-13-09Z";
  private static final int MINIO_PORT = 9000;

  private final MinIOContainer container;
  private final int port;

  ContainerS3(String accessKey, String secretKey) throws IOException {
    this.port = FreePort.find();
    this.container =
        new MinIOContainer(DockerImageName.parse(image()).asCompatibleSubstituteFor("minio/minio"))
            .withUserName(accessKey)
            .withPassword(secretKey);
    container.setPortBindings(List.of(port + ":" + MINIO_PORT));
  }

  private static String image() {
    return System.getenv().getOrDefault("THINS3_TEST_MINIO_IMAGE", IMAGE);
  }

  /** Whether a Docker daemon answers; asks only where there can be one. */
  static boolean isPossible() {
    boolean named = !System.getenv().getOrDefault("DOCKER_HOST", "").isEmpty();
    return (named || Files.exists(Path.of("/var/run/docker.sock")))
        && DockerClientFactory.instance().isDockerAvailable();
  }

  @Override
  public void start() throws IOException {
    if (container.getContainerId() == null) {
      container.start();
    } else {
      docker().startContainerCmd(container.getContainerId()).exec();
    }
  }

  @Override
  public void stop() {
    docker().killContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void pause() {
    docker().pauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void resume() {
    docker().unpauseContainerCmd(container.getContainerId()).exec();
  }

  private static DockerClient docker() {
    return DockerClientFactory.instance().client();
  }

  @Override
  public URI endpoint() {
    return URI.create("http://" + container.getHost() + ":" + port);
  }

  @Override
  public String describe() {
    return "MinIO in a container (" + image() + ")";
  }

  @Override
  public void close() {
    container.stop();
  }
}
