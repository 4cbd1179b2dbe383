package io.thins3.store.http;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** So many at once, whatever the server says. */
final class FixedAdmission implements Admission {
  private final int most;

  /** Fair: who waits longest is next, so that nobody waits for ever. */
  private final Semaphore permits;

  FixedAdmission(int most) {
    this.most = most;
    this.permits = new Semaphore(most, true);
  }

  @Override
  public Permit acquire(Duration atMost) throws IOException {
    try {
      if (!permits.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new PoolTimeoutException(most);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    }
    return new One();
  }

  @Override
  public @Nullable Permit tryExtra() {
    return !permits.hasQueuedThreads() && permits.tryAcquire() ? new One() : null;
  }

  private final class One implements Permit {
    private final AtomicBoolean released = new AtomicBoolean();

    @Override
    public void answered(int status) {}

    @Override
    public void release() {
      if (released.compareAndSet(false, true)) {
        permits.release();
      }
    }
  }
}
