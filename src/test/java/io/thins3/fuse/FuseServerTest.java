package io.thins3.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server on a transport that only writes down what it is asked. */
class FuseServerTest {
  private final List<MountSpec> specs = new ArrayList<>();
  private final List<String> steps = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch end = new CountDownLatch(1);
  private final CountDownLatch quiet = new CountDownLatch(1);
  private final CountDownLatch drained = new CountDownLatch(1);
  private volatile boolean endsWhenUnmounted = true;
  private volatile boolean inUse;

  private final class RecordingSession implements Transport.Session {
    @Override
    public void awaitEnd() throws InterruptedException {
      end.await();
    }

    @Override
    public boolean ended() {
      return end.getCount() == 0;
    }

    @Override
    public void refuseOpens() {
      steps.add("refuse opens");
    }

    @Override
    public boolean awaitQuiet(Duration deadline) throws InterruptedException {
      boolean inTime = quiet.await(deadline.toNanos(), TimeUnit.NANOSECONDS);
      steps.add(inTime ? "quiet" : "not quiet");
      return inTime;
    }

    @Override
    public boolean inUse() {
      return inUse;
    }

    @Override
    public boolean unmount() {
      steps.add("unmount");
      if (endsWhenUnmounted) {
        end.countDown();
      }
      return endsWhenUnmounted;
    }
  }

  private final Transport transport =
      new Transport() {
        @Override
        public String name() {
          return "recording";
        }

        @Override
        public Session mount(FileSystem fileSystem, MountSpec spec) {
          specs.add(spec);
          return new RecordingSession();
        }
      };

  private final FileSystem fileSystem =
      new MemoryFileSystem() {
        @Override
        public void drain(Duration timeout) throws InterruptedException {
          try {
            drained.await();
            steps.add("drained");
          } catch (InterruptedException e) {
            steps.add("draining cut short");
            throw e;
          }
        }
      };

  private FuseServer.Builder builder(Path mountPoint) {
    return FuseServer.builder(fileSystem)
        .transport(transport)
        .mountPoint(mountPoint)
        .fsName("thins3:b")
        .subtype("thins3");
  }

  @Test
  void mount_options_ownOnesTakenOutOthersSplit(@TempDir Path directory) throws Exception {
    builder(directory)
        .options(List.of("ro,nonempty,fsname=x:y", "subtype=z", "max_read=4096", "a=b\\,c"))
        .debug(true)
        .mount();
    assertThat(specs)
        .containsExactly(
            new MountSpec(
                directory.toRealPath(),
                "x:y",
                "z",
                List.of("ro", "max_read=4096", "a=b,c"),
                true,
                Duration.ofSeconds(20)));
  }

  @Test
  void mount_badNames_refusedBeforeAnythingIsMade(@TempDir Path directory) {
    for (String option :
        List.of(
            "fsname=",
            "fsname=a b",
            "fsname=a\nb",
            "fsname=a\\b",
            "fsname=a\u0001",
            "subtype=a/b",
            "fsname",
            "subtype")) {
      MountException refusal =
          catchThrowableOfType(
              MountException.class,
              () ->
                  builder(directory.resolve("new"))
                      .createMountPoint(true)
                      .options(List.of(option))
                      .mount());
      assertThat(refusal).as(option).isNotNull();
      assertThat(refusal.reason()).isEqualTo(MountException.Reason.BAD_OPTION);
      assertThat(directory).isEmptyDirectory();
    }
    assertThat(specs).isEmpty();
  }

  @Test
  void mount_descriptorAndOptionsOfTheMount_refusedByName() {
    for (String option : List.of("fsname=x", "subtype=x", "nonempty")) {
      MountException refusal =
          catchThrowableOfType(
              MountException.class,
              () -> builder(Path.of("/dev/fd/33")).options(List.of(option)).mount());
      assertThat(refusal).as(option).isNotNull();
      assertThat(refusal.reason()).isEqualTo(MountException.Reason.BAD_OPTION);
      assertThat(refusal).hasMessageContaining("-o " + option.replaceFirst("=.*", "") + ":");
    }
    assertThat(specs).isEmpty();
  }

  @Test
  void mount_descriptor_passedOnAsItIs() throws Exception {
    FuseServer server = builder(Path.of("/dev/fd/33")).mount();
    assertThat(specs.get(0).mountPoint()).isEqualTo(Path.of("/dev/fd/33"));
    assertThat(server.mountPoint()).isEqualTo(Path.of("/dev/fd/33"));
  }

  @Test
  void mount_nothingSet_namesWhatIsMissing() {
    assertThatThrownBy(() -> FuseServer.builder(new MemoryFileSystem()).mount())
        .hasMessageContaining("mountPoint");
  }

  @Test
  void close_nothingRuns_drainsThenUnmountsAndEnds(@TempDir Path directory) throws Exception {
    FuseServer server = builder(directory).mount();
    assertThat(server.awaitEnd(Duration.ofMillis(10))).isFalse();
    quiet.countDown();
    drained.countDown();
    server.close();
    assertThat(steps.get(0)).isEqualTo("refuse opens");
    assertThat(steps.subList(1, 3)).containsExactlyInAnyOrder("quiet", "drained");
    assertThat(steps.subList(3, steps.size())).containsExactly("unmount");
    assertThat(server.ended()).isTrue();
    server.awaitEnd();
  }

  @Test
  void close_requestsAndUploadsTakeTooLong_unmountedAtTheTimeout(@TempDir Path directory)
      throws Exception {
    FuseServer server = builder(directory).drainTimeout(Duration.ofMillis(30)).mount();
    server.close();
    Eventually.await("draining is cut short", () -> steps.contains("draining cut short"));
    assertThat(steps).contains("not quiet", "unmount");
    assertThat(server.ended()).isTrue();
  }

  @Test
  void close_fileOpenInDetachedMount_waitsUntilItIsClosed(@TempDir Path directory)
      throws Exception {
    quiet.countDown();
    drained.countDown();
    endsWhenUnmounted = false;
    inUse = true;
    FuseServer server = builder(directory).drainTimeout(Duration.ofMinutes(5)).mount();
    Thread closing = new Thread(server::close);
    closing.start();
    Eventually.await("it is detached", () -> steps.contains("unmount"));
    closing.join(200);
    assertThat(closing.isAlive()).isTrue();
    inUse = false;
    closing.join(30_000);
    assertThat(closing.isAlive()).isFalse();
    assertThat(server.ended()).as("a working directory may still be in it").isFalse();
  }

  @Test
  void close_fileOpenForTooLong_returnsAtTheTimeout(@TempDir Path directory) throws Exception {
    quiet.countDown();
    drained.countDown();
    endsWhenUnmounted = false;
    inUse = true;
    FuseServer server = builder(directory).drainTimeout(Duration.ofMillis(200)).mount();
    server.close();
    assertThat(steps).contains("unmount");
    assertThat(server.ended()).isFalse();
  }

  @Test
  void close_interruptedWhileDraining_unmountsAtOnceAndReturnsInterrupted(@TempDir Path directory)
      throws Exception {
    FuseServer server = builder(directory).drainTimeout(Duration.ofMinutes(5)).mount();
    Thread.currentThread().interrupt();
    server.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(steps).contains("unmount").doesNotContain("quiet", "not quiet");
    Eventually.await("draining is cut short", () -> steps.contains("draining cut short"));
  }

  @Test
  void close_drainFails_unmountsAllTheSame(@TempDir Path directory) throws Exception {
    FileSystem failing =
        new MemoryFileSystem() {
          @Override
          public void drain(Duration timeout) {
            throw new IllegalStateException("a test's");
          }
        };
    quiet.countDown();
    FuseServer server =
        FuseServer.builder(failing)
            .transport(transport)
            .mountPoint(directory)
            .fsName("thins3:b")
            .subtype("thins3")
            .mount();
    server.close();
    assertThat(server.ended()).isTrue();
  }

  @Test
  void close_endedAlready_nothingIsDrained(@TempDir Path directory) throws Exception {
    FuseServer server = builder(directory).mount();
    end.countDown();
    server.awaitEnd();
    server.close();
    assertThat(steps).containsExactly("unmount");
  }
}
