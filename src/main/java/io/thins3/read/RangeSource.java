package io.thins3.read;

import io.thins3.store.ObjectChecksum;
import io.thins3.store.StoreException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Where bytes come from: conditional ranged GETs of one bucket, whose bodies go straight into the
 * memory of who asks.
 *
 * <pre>
 *   fetch ──► begun ──► (checksum, opened) ──► region, advanced, region, … ──► finished
 *               └──────────┴───────────────────┴────► broken: may be resumed  /  failed: may not
 * </pre>
 *
 * <p>Thread-safe. {@link #fetch} returns at once; the sink is called by any thread, perhaps before
 * it returns, but by one at a time, and each call happens before the next.
 */
public interface RangeSource {
  /** The bucket, for messages. */
  String bucket();

  /** Longest time without progress that a GET whose body broke off is resumed for. */
  Duration patience();

  /**
   * Longest time that a request which has begun may show no sign of life before it is given up: a
   * safeguard behind the source's own deadlines, which are shorter.
   */
  Duration deadline();

  /**
   * Whether content is to be compared with the checksums that the store has. Then a GET of a whole
   * object asks for its checksum, too.
   */
  default boolean verifies() {
    return false;
  }

  /**
   * Asks for the checksum of an object by one HEAD with If-Match. Returns at once.
   *
   * @return completes with what the store has, or empty; fails with a {@link StoreException},
   *     within the source's deadline
   */
  default CompletableFuture<Optional<ObjectChecksum>> checksum(ObjectVersion version) {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  /**
   * Sends one GET with If-Match and Range. The body is read as fast as it comes: memory for all of
   * it is there (MinIO holds the object's read lock until a body is sent).
   *
   * @param offset first byte
   * @param length bytes, positive; the range lies within the object
   * @param sink takes the body and its end
   */
  Transfer fetch(ObjectVersion version, long offset, long length, Sink sink);

  /** A GET under way. */
  interface Transfer {
    /**
     * Nobody wants the rest: the connection is closed. Returns at once, whether or not the GET has
     * ended already. The sink is still told of the end (any of the three), because its memory is in
     * use until then.
     */
    void cancel();
  }

  /**
   * Takes the body of one GET. Exactly one of {@link #finished}, {@link #broken} and {@link
   * #failed} is called, once, as the last call: afterwards the source does not touch the memory any
   * more. A source ends every GET: one that has sent nothing for the source's deadline is broken.
   */
  interface Sink {
    /**
     * The request is sent now: time that is measured begins here. Called once, before all others
     * but the end. A GET may have queued for its turn before; the source bounds that by ending
     * those which have theirs.
     */
    default void begun() {}

    /**
     * What the answer to a GET of the whole object says of its checksum, if the source {@link
     * #verifies}; before {@link #opened}.
     *
     * @param checksum null when the store has none
     */
    default void checksum(@Nullable ObjectChecksum checksum) {}

    /** The answer has begun, and is of the right version. */
    void opened();

    /**
     * Where the next bytes go: from the buffer's position to its limit, at least one byte. Its
     * content and positions belong to the source until {@link #advanced}.
     *
     * @throws IllegalStateException when all bytes have arrived
     */
    ByteBuffer region();

    /**
     * So many bytes were put into the last region, from its first byte on; the rest of it is given
     * out again by the next call of {@link #region}.
     *
     * @param bytes positive
     */
    void advanced(int bytes);

    /** The body has ended; too short a body may be resumed. */
    void finished();

    /** The connection broke or stalled: the rest may be asked for on another one. */
    void broken(StoreException failure);

    /** The store refused, or retries have been made: to ask again is of no use now. */
    void failed(StoreException failure);
  }
}
