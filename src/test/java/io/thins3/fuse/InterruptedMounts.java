package io.thins3.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Interrupts the mounting thread, at another moment each time, from before mounting to after. */
public final class InterruptedMounts {
  private static final Duration STEP = Duration.ofNanos(250_000);
  private static final int MOST = 300;

  private InterruptedMounts() {}

  /** Mounts until a mount was finished before its interrupt, and proves that each is gone. */
  public static void run(Transport transport, Path mountPoint) throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    // Loads classes and library, so that the moments spread over the mounting itself.
    builder(transport, mountPoint).mount().close();
    int refused = 0;
    int mounted = 0;
    for (int i = 0; i < MOST && mounted < 3; i++) {
      if (refusedAfter(STEP.multipliedBy(i), transport, mountPoint)) {
        refused++;
      } else {
        mounted++;
      }
      // Not now, and not when libfuse has caught up.
      Eventually.await(
          "end of libfuse's threads",
          () ->
              Thread.getAllStackTraces().keySet().stream()
                  .noneMatch(t -> t.getName().equals("libfuse") && !before.contains(t)));
      assertThat(MountTable.system().read().topmostAt(mountPoint)).as("interrupt %d", i).isNull();
    }
    assertThat(refused).isPositive();
  }

  /** Whether the interrupt after this delay ended the mounting. */
  private static boolean refusedAfter(Duration delay, Transport transport, Path mountPoint)
      throws Exception {
    Thread mounting = Thread.currentThread();
    long at = System.nanoTime() + delay.toNanos();
    Thread interrupter =
        new Thread(
            () -> {
              for (long left = delay.toNanos(); left > 0; left = at - System.nanoTime()) {
                LockSupport.parkNanos(left);
              }
              mounting.interrupt();
            });
    FuseServer server = null;
    boolean kept;
    if (delay.isZero()) {
      mounting.interrupt();
    } else {
      interrupter.start();
    }
    try {
      server = builder(transport, mountPoint).mount();
      interrupter.join();
    } catch (MountException e) {
      assertThat(e).hasMessageMatching("interrupted (before|while) mounting");
    } catch (InterruptedException e) {
      mounting.interrupt(); // came while waiting for the interrupter
    } finally {
      kept = Thread.interrupted();
    }
    // The interrupt may have come after the mounting, and then it is there all the more.
    interrupter.join();
    assertThat(kept || Thread.interrupted()).isTrue();
    if (server == null) {
      assertThat(MountTable.system().read().topmostAt(mountPoint)).isNull();
      return true;
    }
    server.close();
    return false;
  }

  private static FuseServer.Builder builder(Transport transport, Path mountPoint) {
    return FuseServer.builder(MountMain.sample())
        .transport(transport)
        .mountPoint(mountPoint)
        .fsName("thins3:interrupted")
        .subtype("thins3");
  }
}
