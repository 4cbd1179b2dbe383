package io.thins3.store;

import io.thins3.store.StoreException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One ranged GET into one buffer, resumed where its body broke off. For one thread.
 *
 * <pre>
 *   ask for [position, limit) ── 206 ──► read ── all there ─► done
 *      ▲          └── error ─► fail        │
 *      └── progress, or not yet too often ─┴─ cut, stalled ── else ─► fail
 * </pre>
 *
 * <p>The timeouts of a call end with an answer's headers. The body has one for each read, and a
 * deadline of its own for a server that sends drop by drop.
 */
final class RangeRead {
  /** A body may take the call's timeout and its size at this rate. */
  private static final long SLOWEST_BYTES_PER_SECOND = 64 * 1024;

  /** Less than this between two breaks does not count as progress. */
  private static final int PROGRESS_BYTES = 64 * 1024;

  /** Breaks in a row without progress that are resumed from. */
  private static final int PATIENCE = 3;

  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");

  private final BucketAccess access;
  private final BucketCalls calls;
  private final LongSupplier nanoTime;
  private final String key;
  private final String ifMatch;

  /** Offset in the object of the buffer's position 0. */
  private final long base;

  private final ByteBuffer destination;

  RangeRead(
      BucketAccess access,
      BucketCalls calls,
      LongSupplier nanoTime,
      String key,
      String ifMatch,
      long offset,
      ByteBuffer destination) {
    this.access = access;
    this.calls = calls;
    this.nanoTime = nanoTime;
    this.key = key;
    this.ifMatch = ifMatch;
    this.base = offset - destination.position();
    this.destination = destination;
  }

  void run() throws StoreException {
    long patience = access.limits().ioTimeout().toNanos();
    long progressAt = nanoTime.getAsLong();
    long deadline =
        progressAt
            + patience
            + Duration.ofSeconds(destination.remaining() / SLOWEST_BYTES_PER_SECOND).toNanos();
    int fruitless = 0;
    while (destination.hasRemaining()) {
      int before = destination.position();
      StoreException broken = attempt(deadline);
      if (broken == null) {
        return;
      }
      long now = nanoTime.getAsLong();
      if (destination.position() - before >= PROGRESS_BYTES) {
        fruitless = 0;
        progressAt = now;
      } else {
        fruitless++;
      }
      if (broken.kind() == Kind.INTERRUPTED
          || fruitless > PATIENCE
          || now - progressAt > patience
          || now - deadline > 0) {
        throw broken;
      }
    }
  }

  /** Asks for what is missing and reads it; what broke the body, or null. */
  private @Nullable StoreException attempt(long deadline) throws StoreException {
    long first = base + destination.position();
    long last = base + destination.limit() - 1;
    RangeAnswer answer = calls.get(key, ifMatch, first, last);
    boolean whole = false;
    try {
      check(answer, first, last);
      fill(answer, deadline);
      // At its end the body gives the connection back to the pool.
      whole = answer.isAtEnd();
      return null;
    } catch (IOException | RuntimeException e) {
      if (access.isClosed()) {
        throw failure(Kind.UNREACHABLE, "the store was closed", e);
      }
      StoreException broken = access.errors().translate(S3Operation.GET, key, access.region(), e);
      return destination.hasRemaining() ? broken : null;
    } finally {
      // Closing what is unread would read it: aborting closes the connection.
      if (!whole) {
        answer.abort();
      }
    }
  }

  private void fill(RangeAnswer answer, long deadline) throws IOException, StoreException {
    while (destination.hasRemaining()) {
      if (answer.read(destination) < 0) {
        throw new EOFException();
      }
      if (nanoTime.getAsLong() - deadline > 0 && destination.hasRemaining()) {
        throw failure(Kind.TIMEOUT, "the body comes too slowly", null);
      }
    }
  }

  /** Trusts no server to have heeded If-Match and Range. */
  private void check(RangeAnswer answer, long first, long last) throws StoreException {
    if (answer.etag() != null && !bare(answer.etag()).equals(bare(ifMatch))) {
      throw failure(Kind.PRECONDITION_FAILED, "the object is another version", null);
    }
    if (answer.contentRange() == null) {
      // The whole object, from a server without ranges.
      Long length = answer.contentLength();
      if (first != 0 || length == null || length <= last) {
        throw failure(Kind.BAD_RESPONSE, "the answer to a range has no Content-Range", null);
      }
      return;
    }
    Matcher range = CONTENT_RANGE.matcher(answer.contentRange());
    if (!range.matches() || Long.parseLong(range.group(1)) != first) {
      throw failure(
          Kind.BAD_RESPONSE,
          "asked for bytes from " + first + ", got " + Printable.message(answer.contentRange()),
          null);
    }
    if (Long.parseLong(range.group(2)) < last) {
      throw failure(
          Kind.INVALID_RANGE,
          "asked for bytes up to " + last + ", the object has " + range.group(3),
          null);
    }
  }

  private static String bare(String etag) {
    return etag.length() >= 2 && etag.startsWith("\"") && etag.endsWith("\"")
        ? etag.substring(1, etag.length() - 1)
        : etag;
  }

  private StoreException failure(Kind kind, String text, @Nullable Throwable cause) {
    return access.errors().failure(kind, S3Operation.GET, key, text, cause);
  }
}
