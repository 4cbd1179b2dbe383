package io.thins3.store.http;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides how many requests are under way at once: each has a permit from before it is sent until
 * its answer has been read, or was aborted. Thread-safe.
 */
public interface Admission {
  /** The right of one request to be under way. */
  interface Permit {
    /** The head of the answer is here. */
    void answered(int status);

    /** The request is over; only the first time counts. From any thread. */
    void release();
  }

  /**
   * Waits for a permit; who waits longest is next.
   *
   * @param atMost not positive: no wait
   * @throws IOException when none came in time; {@link
   *     java.nio.channels.ClosedByInterruptException} when the thread was interrupted, whose
   *     interrupt status stays
   */
  Permit acquire(Duration atMost) throws IOException;

  /**
   * A permit for a request that can be done without, or null: when others wait, or the server has
   * lately refused some for their number.
   */
  @Nullable Permit tryExtra();
}
