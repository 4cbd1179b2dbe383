package io.thins3.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.thins3.fuse.MountException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The decisions, on mount tables made up; the real ones are in {@link MountPointContract}. */
class MountPointTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private Path directory = Path.of("/");
  private final List<MountInfo> mounts = new ArrayList<>();
  private final List<String> unmounted = new ArrayList<>();
  private @Nullable String refusal;

  private final Unmounter unmounter =
      new Unmounter() {
        @Override
        @Nullable String lazy(Path mountPoint) {
          unmounted.add(mountPoint.toString());
          if (refusal == null) {
            mounts.remove(mounts.size() - 1);
          }
          return refusal;
        }

        @Override
        @Nullable String plain(Path mountPoint) {
          throw new AssertionError("only lazily");
        }
      };

  @BeforeEach
  void setUp(@TempDir Path directory) throws IOException {
    this.directory = directory.toRealPath();
    mounts.add(mount(1, 0, "/"));
  }

  private static MountInfo mount(long id, long parent, String at) {
    return new MountInfo(
        id, parent, "0:" + id, "/", at, "fuse.x", "source" + id, List.of(), List.of());
  }

  private MountPoint.Ready prepare(Liveness liveness) throws MountException {
    return new MountPoint(() -> new MountTable(mounts), path -> liveness, unmounter, LONG)
        .prepare(directory, false, false);
  }

  @Test
  void prepare_nothingMounted_readyWithoutAsking() throws Exception {
    MountPoint.Ready ready = prepare(Liveness.UNKNOWN);
    assertThat(ready.directory()).isEqualTo(directory);
    assertThat(ready.created()).isEmpty();
    assertThat(unmounted).isEmpty();
  }

  @Test
  void prepare_deadMounts_allDetached() throws Exception {
    mounts.add(mount(2, 1, directory.toString()));
    mounts.add(mount(3, 2, directory.toString()));
    prepare(Liveness.DEAD);
    assertThat(unmounted).containsExactly(directory.toString(), directory.toString());
  }

  @Test
  void prepare_deadMountThatCannotBeDetached_refused() {
    mounts.add(mount(2, 1, directory.toString()));
    refusal = "not permitted";
    MountException thrown =
        catchThrowableOfType(MountException.class, () -> prepare(Liveness.DEAD));
    assertThat(thrown.reason()).isEqualTo(Reason.MOUNTED_ALREADY);
    assertThat(thrown)
        .hasMessageContaining("not permitted")
        .hasMessageContaining("umount -l " + directory);
  }

  @Test
  void prepare_mountThatCannotBeAsked_leftAlone() {
    mounts.add(mount(2, 1, directory.toString()));
    for (Liveness liveness : List.of(Liveness.UNKNOWN, Liveness.HANGING, Liveness.ALIVE)) {
      MountException thrown = catchThrowableOfType(MountException.class, () -> prepare(liveness));
      assertThat(thrown.reason()).isEqualTo(Reason.MOUNTED_ALREADY);
      assertThat(thrown).hasMessageContaining("fuse.x from source2");
    }
    assertThat(unmounted).isEmpty();
  }

  @Test
  void prepare_healthyBelowDead_healthyLeftAlone() {
    mounts.add(mount(2, 1, directory.toString()));
    mounts.add(mount(3, 2, directory.toString()));
    MountPoint point =
        new MountPoint(
            () -> new MountTable(mounts),
            path -> mounts.size() == 3 ? Liveness.DEAD : Liveness.ALIVE,
            unmounter,
            LONG);
    MountException thrown =
        catchThrowableOfType(MountException.class, () -> point.prepare(directory, false, false));
    assertThat(thrown).hasMessageContaining("source2");
    assertThat(unmounted).hasSize(1);
  }

  @Test
  void prepare_fileSystemThatHangs_givenUp() {
    CountDownLatch never = new CountDownLatch(1);
    MountPoint point =
        new MountPoint(
            () -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              return new MountTable(mounts);
            },
            path -> Liveness.ALIVE,
            unmounter,
            Duration.ofMillis(50));
    MountException thrown =
        catchThrowableOfType(MountException.class, () -> point.prepare(directory, false, false));
    never.countDown();
    assertThat(thrown.reason()).isEqualTo(Reason.BAD_MOUNT_POINT);
    assertThat(thrown).hasMessageContaining("does not answer");
  }

  @Test
  void prepare_mountTableUnreadable_saysSo() {
    MountPoint point =
        new MountPoint(
            () -> {
              throw new IOException("no table");
            },
            path -> Liveness.ALIVE,
            unmounter,
            LONG);
    assertThat(
            catchThrowableOfType(
                MountException.class, () -> point.prepare(directory, false, false)))
        .hasMessageContaining("no table");
  }

  @Test
  void undo_createdDirectories_removedUnlessUsed() throws Exception {
    MountPoint point =
        new MountPoint(() -> new MountTable(mounts), path -> Liveness.ALIVE, unmounter, LONG);
    MountPoint.Ready ready = point.prepare(directory.resolve("a/b/c"), true, false);
    assertThat(Files.isDirectory(directory.resolve("a/b/c"))).isTrue();
    Files.createFile(directory.resolve("a/used"));
    ready.undo();
    assertThat(Files.exists(directory.resolve("a/b"))).isFalse();
    assertThat(Files.exists(directory.resolve("a/used"))).isTrue();
  }

  @Test
  void isDescriptor_onlyNumbersBelowDevFd() {
    assertThat(MountPoint.isDescriptor(Path.of("/dev/fd/7"))).isTrue();
    assertThat(MountPoint.isDescriptor(Path.of("/dev/fd/x"))).isFalse();
    assertThat(MountPoint.isDescriptor(Path.of("/mnt/dev/fd/7"))).isFalse();
  }
}
