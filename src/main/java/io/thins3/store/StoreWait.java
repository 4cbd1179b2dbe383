package io.thins3.store;

import io.thins3.store.StoreException.Kind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting, with a deadline, for what another thread fetches from the store. */
public final class StoreWait {
  private StoreWait() {}

  /** A call to the store. */
  public interface Call<T> {
    /** Makes the call. */
    T run() throws StoreException;
  }

  /** Runs a call inside a future's task, so that its failure completes the future. */
  public static <T> T complete(Call<T> call) {
    try {
      return call.run();
    } catch (StoreException e) {
      throw new CompletionException(e);
    }
  }

  /**
   * Waits for a fetch.
   *
   * @param what names the fetch in messages
   * @throws StoreException the failure of the fetch, or one of kind TIMEOUT or INTERRUPTED
   */
  public static <T> T await(CompletableFuture<T> future, Duration deadline, String what)
      throws StoreException {
    try {
      return future.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Kind.INTERRUPTED, what + ": interrupted", 0, null, null, e);
    } catch (TimeoutException e) {
      throw new StoreException(
          Kind.TIMEOUT, what + ": no answer within " + deadline, 0, null, null, e);
    } catch (ExecutionException e) {
      throw failure(e, what);
    }
  }

  /** The store's failure inside what a future failed with; anything else as BAD_RESPONSE. */
  public static StoreException failure(Throwable failed, String what) {
    Throwable cause = failed;
    while ((cause instanceof ExecutionException || cause instanceof CompletionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof StoreException failure
        ? failure
        : new StoreException(Kind.BAD_RESPONSE, what + ": " + cause, 0, null, null, cause);
  }
}
