package io.thins3.store.http;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts the permits that are out. */
final class CountedAdmission implements Admission {
  private final Admission inner = new FixedAdmission(64);
  final AtomicInteger out = new AtomicInteger();
  volatile boolean noExtra;

  @Override
  public Permit acquire(Duration atMost) throws IOException {
    return new One(inner.acquire(atMost));
  }

  @Override
  public @Nullable Permit tryExtra() {
    Permit permit = noExtra ? null : inner.tryExtra();
    return permit == null ? null : new One(permit);
  }

  private final class One implements Permit {
    private final Permit permit;
    private boolean released;

    One(Permit permit) {
      this.permit = permit;
      out.incrementAndGet();
    }

    @Override
    public void answered(int status) {}

    @Override
    public synchronized void release() {
      if (!released) {
        released = true;
        out.decrementAndGet();
        permit.release();
      }
    }
  }
}
