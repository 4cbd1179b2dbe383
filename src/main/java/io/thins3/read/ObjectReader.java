package io.thins3.read;

import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** One open handle of one object version. Thread-safe. */
public final class ObjectReader implements AutoCloseable {
  private final ReadEngine engine;
  private final ObjectBlocks object;
  private final ReadPattern pattern;

  ObjectReader(ReadEngine engine, ObjectBlocks object, ReadPattern pattern) {
    this.engine = engine;
    this.object = object;
    this.pattern = pattern;
  }

  /**
   * Finds out whether the version is there: sends the first GET, or, when its bytes are in memory,
   * one that only asks; for an empty object a HEAD.
   *
   * @return completes when its answer has begun; fails with a {@link
   *     io.thins3.store.StoreException}. Complete at once when an open that was expected has asked
   *     already, or for an empty object without an ETag
   */
  public CompletableFuture<?> start() {
    return engine.start(object);
  }

  /**
   * Reads a range; returns at once.
   *
   * @param offset first byte, not negative
   * @param length bytes, 0 to {@link ReadEngine#LONGEST_READ}
   * @param completion takes the answer, by this thread or by any other
   * @return gives the read up when it is run: it fails as interrupted, unless it was answered; does
   *     not wait
   */
  public Runnable read(long offset, int length, ReadCompletion completion) {
    return engine.read(object, pattern, offset, length, completion);
  }

  /**
   * Tells whether the content of the version was found wrong, since the first of the handles that
   * share its blocks was opened. Stays right when all of them are closed, and keeps nothing else.
   */
  public BooleanSupplier corruption() {
    return object.verification().corruption()::get;
  }

  /** Ends the handle. READs that are under way are still answered; others must not follow. */
  @Override
  public void close() {
    engine.close(object, pattern);
  }
}
