package io.thins3.read;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The mark of an object that was fetched ahead of its open: the GET that this need not send. */
final class Prefetched {
  private final long since;
  private final long validNanos;
  private final @Nullable CompletableFuture<Void> check;

  /**
   * @param since when the GET was sent, nanoseconds: at the earliest then the store has said that
   *     the version is there
   * @param validNanos how long it may be believed
   * @param check the answer of a GET that only asks, because the bytes were here; null: one for all
   *     bytes was sent
   */
  Prefetched(long since, long validNanos, @Nullable CompletableFuture<Void> check) {
    this.since = since;
    this.validNanos = validNanos;
    this.check = check;
  }

  boolean isContent() {
    return check == null;
  }

  /** Answers an open whose bytes are here, at the latest when the store has answered. */
  void answer(CompletableFuture<Void> open) {
    if (check == null) {
      open.complete(null);
      return;
    }
    var unused =
        check.whenComplete(
            (nothing, failure) -> {
              if (failure == null) {
                open.complete(null);
              } else {
                open.completeExceptionally(failure);
              }
            });
  }

  boolean isFresh(long now) {
    return now - since < validNanos;
  }
}
