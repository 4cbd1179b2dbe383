package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.fuse.Eventually;
import io.thins3.fuse.MemoryContent;
import io.thins3.fuse.MemoryFileSystem;
import io.thins3.fuse.Node;
import io.thins3.fuse.Notifier;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What changes behind the kernel's back is seen at once when the file system says so. */
class LinuxNotifierIT extends LinuxMounted {
  private static final class Notifying extends MemoryFileSystem {
    final CompletableFuture<Notifier> notifier = new CompletableFuture<>();
    final ConcurrentLinkedQueue<Node> forgotten = new ConcurrentLinkedQueue<>();

    @Override
    public void mounted(Notifier given) {
      notifier.complete(given);
    }

    @Override
    public void forget(Node node) {
      forgotten.add(node);
    }
  }

  private final Notifying fileSystem = new Notifying();

  private Notifier mounted() throws Exception {
    fileSystem.ttl(Duration.ofMinutes(10));
    serve(fileSystem);
    return fileSystem.notifier.join();
  }

  @Test
  void invalidateEntry_replacedFile_newOneIsFound() throws Exception {
    fileSystem.file("/dir/file", "old");
    Notifier notifier = mounted();
    assertThat(Files.readString(in("dir/file"))).isEqualTo("old");
    fileSystem.file("/dir/file", "newer");
    assertThat(Files.size(in("dir/file"))).as("cached").isEqualTo(3);
    notifier.invalidateEntry(fileSystem.at("/dir"), "file");
    Eventually.await("the new file is seen", () -> Files.size(in("dir/file")) == 5);
    assertThat(Files.readString(in("dir/file"))).isEqualTo("newer");
  }

  @Test
  void invalidate_changedFile_attributesAndPagesAreAskedForAgain() throws Exception {
    fileSystem.writable().file("/file", MemoryContent.pattern(100_000, 1));
    Notifier notifier = mounted();
    assertThat(Files.readAllBytes(in("file"))).isEqualTo(MemoryContent.patternBytes(0, 100_000, 1));
    Node node = fileSystem.at("/file");
    // Past the mount, as another mount of the same store would change it.
    List<String> written = new ArrayList<>();
    fileSystem.write(
        fileSystem.open(node, 1, new io.thins3.fuse.Caller(0, 0, 0)).handle(),
        0,
        java.nio.ByteBuffer.wrap(MemoryContent.patternBytes(0, 100_000, 2)),
        new io.thins3.fuse.WriteReply() {
          @Override
          public void written() {
            written.add("all");
          }

          @Override
          public void error(io.thins3.fuse.Errno errno) {
            written.add(errno.name());
          }
        });
    assertThat(written).containsExactly("all");
    notifier.invalidate(node);
    Eventually.await(
        "the new bytes are seen",
        () ->
            java.util.Arrays.equals(
                Files.readAllBytes(in("file")), MemoryContent.patternBytes(0, 100_000, 2)));
  }

  @Test
  void invalidate_whileItsReadIsUnanswered_nobodyWaitsForTheOther() throws Exception {
    fileSystem.file("/file", MemoryContent.pattern(100_000, 1)).file("/other", "x");
    ConcurrentLinkedQueue<Runnable> stalled = new ConcurrentLinkedQueue<>();
    fileSystem.answerReadsOn(stalled::add);
    Notifier notifier = mounted();
    Process reader = start("cat", in("file"));
    Eventually.await("a read waits", () -> !stalled.isEmpty());
    for (int i = 0; i < 1000; i++) {
      notifier.invalidate(fileSystem.at("/file"));
      notifier.invalidateEntry(fileSystem.root(), "other");
    }
    assertThat(Files.size(in("other"))).isEqualTo(1);
    fileSystem.answerReadsOn(Runnable::run);
    stalled.forEach(Runnable::run);
    assertThat(ends(reader)).isTrue();
    assertThat(reader.exitValue()).isZero();
  }

  @Test
  void forget_namesDropped_fileSystemIsTold() throws Exception {
    fileSystem.file("/file", "x");
    mounted();
    assertThat(Files.size(in("file"))).isEqualTo(1);
    Node node = fileSystem.at("/file");
    Eventually.await(
        "forgotten",
        () -> {
          dropNames();
          return fileSystem.forgotten.contains(node);
        });
  }
}
