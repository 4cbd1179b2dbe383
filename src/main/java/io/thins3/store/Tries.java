package io.thins3.store;

import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;

/**
 * How often one call's request was sent. A request that is refused after an earlier one of the same
 * call may be refused because that one was executed and only its answer was lost. For one call.
 */
final class Tries {
  /** Where {@link AttemptCounters} finds those of a call by the SDK. */
  static final ExecutionAttribute<Tries> OF_CALL = new ExecutionAttribute<>("thins3-tries");

  private final AtomicInteger count = new AtomicInteger();

  /** The request is about to be sent. */
  void another() {
    count.incrementAndGet();
  }

  /** Whether an earlier request of the same call may have been executed. */
  boolean wasRepeated() {
    return count.get() > 1;
  }
}
