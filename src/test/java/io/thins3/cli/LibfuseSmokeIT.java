package io.thins3.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole program on the transport libfuse, once: all other tests of the program run on the
 * default transport (docs/TRANSPORTS.md).
 */
class LibfuseSmokeIT {
  @TempDir Path temporary = Path.of("/nowhere");

  private final S3Server server = S3Server.shared();

  @Test
  void mountListReadUnmount_sameBytes() throws Exception {
    byte[] content = new byte[5 << 20];
    new Random(11).nextBytes(content);
    String bucket = server.createBucket();
    server.put(bucket, "dir/big", content);
    server.put(bucket, "testfile", "hello\n".getBytes(UTF_8));
    Path original = Files.write(temporary.resolve("original"), content);
    Path dir = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
    try (Thins3Process thins3 =
        MountCommand.of(server, bucket, dir).mount("--transport", "libfuse", "--debug_fuse")) {
      assertThat(Shell.run("ls", dir.toString()).out()).isEqualTo("dir\ntestfile\n");
      assertThat(Shell.run("cat", dir.resolve("testfile").toString()).out()).isEqualTo("hello\n");
      assertThat(Shell.run("cmp", original.toString(), dir.resolve("dir/big").toString()))
          .isEqualTo(new Shell.Result(0, ""));
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
      assertThat(Thins3Process.isMounted(dir)).isFalse();
      assertThat(thins3.output())
          .containsPattern("(?m) DEBUG fuse open /testfile: 0 in [0-9.]+ ms$")
          .as("libfuse looks names up by getattr")
          .contains(" DEBUG fuse getattr /testfile: 0 in ");
    }
  }

  /** The kernel has one size for the path; the opened version must not be seen with the new one. */
  @Test
  void read_objectReplacedByALongerOneAndSeen_estaleAndNoZeroBytes() throws Exception {
    String bucket = server.createBucket();
    server.put(bucket, "k", "x".repeat(5_000).getBytes(UTF_8));
    Path dir = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
    try (Thins3Process thins3 =
        MountCommand.of(server, bucket, dir)
            .mount("--transport", "libfuse", "--metadata-ttl", "0")) {
      Path file = dir.resolve("k");
      try (FileChannel old = FileChannel.open(file)) {
        assertThat(old.read(ByteBuffer.allocate(10_000), 0)).isEqualTo(5_000);
        server.put(bucket, "k", "y".repeat(9_000).getBytes(UTF_8));
        assertThat(Files.size(file)).isEqualTo(9_000);
        for (int offset : new int[] {4_990, 0}) {
          assertThatThrownBy(
                  () -> old.read(ByteBuffer.allocate(10_000), offset), "read at %d", offset)
              .hasMessageContaining("Stale file handle");
        }
        // The size that the kernel asks for before it reads there is the descriptor's.
        assertThat(old.read(ByteBuffer.allocate(10), 5_500)).as("behind its end").isNegative();
        assertThat(Files.readString(file)).isEqualTo("y".repeat(9_000));
      }
      assertThat(thins3.terminate()).as(thins3.output()).isZero();
    }
  }
}
