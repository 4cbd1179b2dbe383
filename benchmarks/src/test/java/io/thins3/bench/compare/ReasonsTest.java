package io.thins3.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

final class ReasonsTest {
  @Test
  void of_fileSystemFailure_namesFileBelowTheMountAndTheSystemsWords() {
    assertThat(
            Reasons.of(
                new FileSystemException(
                    "/tmp/thins3-bench-123/mnt/s3fs-4/bench/x", null, "Read-only file system")))
        .isEqualTo("MOUNT/bench/x: Read-only file system");
  }

  @Test
  void of_missingFile_saysSo() {
    assertThat(Reasons.of(new NoSuchFileException("/tmp/thins3-bench-1/mnt/a-1/y")))
        .isEqualTo("MOUNT/y: No such file or directory");
  }

  @Test
  void of_programsMessage_isOneShortLine() {
    assertThat(Reasons.of(new IOException("ls: /tmp/thins3-bench-1/mnt/a-1/d: Input/output error")))
        .isEqualTo("ls: MOUNT/d: Input/output error");
    assertThat(
            Reasons.of(
                new IOException("cp: cannot create '/tmp/thins3-bench-1/mnt/a-1/d': Read-only")))
        .isEqualTo("cp: cannot create 'MOUNT/d': Read-only");
    assertThat(Reasons.of(new IOException("x".repeat(500) + "\nsecond"))).hasSize(201);
  }

  @Test
  void of_exceptionWithoutMessage_isItsName() {
    assertThat(Reasons.of(new TimeoutException())).contains("TimeoutException");
  }
}
