package io.thins3.store;

import java.util.concurrent.atomic.LongAdder;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Counts how often requests are sent, by the SDK or without it. Thread-safe. */
final class AttemptCounters implements ExecutionInterceptor {
  /** Whether a call of the SDK's has sent its request. */
  private static final ExecutionAttribute<Boolean> SENT = new ExecutionAttribute<>("thins3-sent");

  private final LongAdder attempts = new LongAdder();
  private final LongAdder retries = new LongAdder();

  /** A request is sent for the first time. */
  void first() {
    attempts.increment();
  }

  /** It is sent again. */
  void again() {
    attempts.increment();
    retries.increment();
  }

  @Override
  public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes call) {
    if (call.getAttribute(SENT) == null) {
      call.putAttribute(SENT, true);
      first();
    } else {
      again();
    }
    Tries tries = call.getAttribute(Tries.OF_CALL);
    if (tries != null) {
      tries.another();
    }
  }

  long attempts() {
    return attempts.sum();
  }

  long retries() {
    return retries.sum();
  }
}
