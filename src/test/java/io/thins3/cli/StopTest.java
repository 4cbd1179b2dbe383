package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.fuse.FileSystem;
import io.thins3.fuse.FuseServer;
import io.thins3.fuse.MemoryFileSystem;
import io.thins3.fuse.MountSpec;
import io.thins3.fuse.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StopTest {
  private static final long DEADLINE = 30_000;

  private final CountDownLatch draining = new CountDownLatch(1);
  private final CountDownLatch quiet = new CountDownLatch(1);
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile boolean endsWhenUnmounted = true;

  private final class HeldSession implements Transport.Session {
    @Override
    public void awaitEnd() throws InterruptedException {
      end.await();
    }

    @Override
    public boolean ended() {
      return end.getCount() == 0;
    }

    @Override
    public boolean awaitQuiet(Duration deadline) throws InterruptedException {
      draining.countDown();
      return quiet.await(deadline.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public boolean unmount() {
      if (endsWhenUnmounted) {
        end.countDown();
      }
      return endsWhenUnmounted;
    }
  }

  private FuseServer server(Path directory) throws Exception {
    Transport transport =
        new Transport() {
          @Override
          public String name() {
            return "held";
          }

          @Override
          public Session mount(FileSystem fileSystem, MountSpec spec) {
            return new HeldSession();
          }
        };
    return FuseServer.builder(new MemoryFileSystem())
        .transport(transport)
        .mountPoint(directory)
        .fsName("thins3:b")
        .subtype("thins3")
        .drainTimeout(Duration.ofMinutes(5))
        .mount();
  }

  @Test
  void request_beforeTheMount_interruptsTheStart() {
    Stop stop = new Stop(Thread.currentThread());
    assertThat(stop.requested()).isFalse();
    stop.request();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(stop.requested()).isTrue();
  }

  @Test
  void serving_requestedBefore_closesAtOnce(@TempDir Path directory) throws Exception {
    Stop stop = new Stop(Thread.currentThread());
    stop.request();
    assertThat(Thread.interrupted()).as("as mounting does that is too far to be stopped").isTrue();
    FuseServer server = server(directory);
    quiet.countDown();
    stop.serving(server);
    server.awaitEnd();
    assertThat(server.ended()).isTrue();
  }

  @Test
  void request_serving_closesAndTheStarterGoesOnByItself(@TempDir Path directory) throws Exception {
    Stop stop = new Stop(Thread.currentThread());
    FuseServer server = server(directory);
    stop.serving(server);
    quiet.countDown();
    stop.request();
    server.awaitEnd();
    assertThat(Thread.interrupted()).isFalse();
    stop.request();
    assertThat(Thread.interrupted()).as("again, when all is over").isTrue();
  }

  @Test
  void requestAgain_whileWhatRunsIsWaitedFor_unmountsAtOnce(@TempDir Path directory)
      throws Exception {
    Stop stop = new Stop(Thread.currentThread());
    FuseServer server = server(directory);
    stop.serving(server);
    Thread first = new Thread(stop::request);
    first.start();
    draining.await();
    assertThat(server.ended()).isFalse();
    stop.request();
    first.join(DEADLINE);
    assertThat(first.isAlive()).isFalse();
    assertThat(server.awaitEnd(Duration.ofMillis(DEADLINE))).isTrue();
  }

  @Test
  void requestAgain_mountInUse_starterIsInterrupted(@TempDir Path directory) throws Exception {
    endsWhenUnmounted = false;
    Stop stop = new Stop(Thread.currentThread());
    FuseServer server = server(directory);
    stop.serving(server);
    Thread first = new Thread(stop::request);
    first.start();
    draining.await();
    stop.request();
    boolean interrupted = false;
    try {
      server.awaitEnd(Duration.ofMillis(DEADLINE));
    } catch (InterruptedException e) {
      interrupted = true;
    }
    assertThat(interrupted).isTrue();
    end.countDown();
    first.join(DEADLINE);
    assertThat(first.isAlive()).isFalse();
  }
}
