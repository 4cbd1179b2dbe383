package io.thins3.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server on a transport that only writes down what it is asked. */
class FuseServerTest {
  private final List<MountSpec> specs = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private int unmounts;

  private final Transport transport =
      new Transport() {
        @Override
        public String name() {
          return "recording";
        }

        @Override
        public Session mount(FileSystem fileSystem, MountSpec spec) {
          specs.add(spec);
          return new Session() {
            @Override
            public void awaitEnd() throws InterruptedException {
              end.await();
            }

            @Override
            public boolean ended() {
              return end.getCount() == 0;
            }

            @Override
            public void unmount() {
              unmounts++;
            }
          };
        }
      };

  private FuseServer.Builder builder(Path mountPoint) {
    return FuseServer.builder(new MemoryFileSystem())
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
                directory.toRealPath(), "x:y", "z", List.of("ro", "max_read=4096", "a=b,c"), true));
  }

  @Test
  void mount_badNames_refusedBeforeAnythingIsMade(@TempDir Path directory) {
    for (String option : List.of("fsname=", "fsname=a b", "subtype=a/b", "fsname", "subtype")) {
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
  void close_endInTime_ended(@TempDir Path directory) throws Exception {
    FuseServer server = builder(directory).mount();
    assertThat(server.awaitEnd(Duration.ofMillis(10))).isFalse();
    end.countDown();
    server.close();
    assertThat(unmounts).isEqualTo(1);
    assertThat(server.ended()).isTrue();
    server.awaitEnd();
  }

  @Test
  void close_busy_returnsAtItsDeadline(@TempDir Path directory) throws Exception {
    FuseServer server = builder(directory).closeDeadline(Duration.ofMillis(20)).mount();
    server.close();
    assertThat(unmounts).isEqualTo(1);
    assertThat(server.ended()).isFalse();
  }

  @Test
  void close_interrupted_returnsInterrupted(@TempDir Path directory) throws Exception {
    FuseServer server = builder(directory).closeDeadline(Duration.ofMinutes(5)).mount();
    Thread.currentThread().interrupt();
    server.close();
    assertThat(Thread.interrupted()).isTrue();
  }
}
