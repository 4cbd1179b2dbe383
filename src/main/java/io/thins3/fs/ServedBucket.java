package io.thins3.fs;

import io.thins3.config.BucketMount;
import io.thins3.read.RangeSource;
import io.thins3.store.ObjectStore;
import io.thins3.store.ObjectWriter;
import io.thins3.write.WriteEngine;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A bucket and the connection to it.
 *
 * @param mount how it is served, and where
 * @param store names and attributes
 * @param writer what changes the bucket; null on a read-only mount, which nothing can leave then
 *     that changes anything
 * @param engine writes files by that; null without it
 * @param metadata runs the requests for names and attributes; its tasks never wait for each other
 * @param content bytes; store, executor and this are closed by whoever opened them, after the file
 *     system is not used any more
 */
public record ServedBucket(
    BucketMount mount,
    ObjectStore store,
    @Nullable ObjectWriter writer,
    @Nullable WriteEngine engine,
    Executor metadata,
    RangeSource content) {
  /** A bucket whose files are not written. */
  public ServedBucket(
      BucketMount mount,
      ObjectStore store,
      @Nullable ObjectWriter writer,
      Executor metadata,
      RangeSource content) {
    this(mount, store, writer, null, metadata, content);
  }
}
