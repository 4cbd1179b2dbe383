package io.thins3.store;

import io.thins3.store.StoreException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The body of one ranged GET: exactly the bytes that were asked for, of the version that was asked
 * for, or an error. Nothing is sent again here: who reads knows what he has got.
 */
final class RangeBody implements ObjectBody {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");

  private final BucketAccess access;
  private final String key;
  private final RangeAnswer answer;
  private final boolean whole;
  private long left;

  /** What is wrong with the body as a whole, which a second try may bring right; else null. */
  private @Nullable String broken;

  private RangeBody(
      BucketAccess access, String key, RangeAnswer answer, boolean whole, long length) {
    this.access = access;
    this.key = key;
    this.answer = answer;
    this.whole = whole;
    this.left = length;
  }

  /** The body of an answer, which must be to this question; else the answer is aborted. */
  static RangeBody of(
      BucketAccess access, String key, String ifMatch, RangeAnswer answer, long first, long length)
      throws StoreException {
    return checked(new RangeBody(access, key, answer, false, length), ifMatch, first, length);
  }

  /** The same of an answer to a GET without a range. */
  static RangeBody ofWhole(
      BucketAccess access, String key, String ifMatch, RangeAnswer answer, long size)
      throws StoreException {
    return checked(new RangeBody(access, key, answer, true, size), ifMatch, 0, size);
  }

  private static RangeBody checked(RangeBody body, String ifMatch, long first, long length)
      throws StoreException {
    boolean good = false;
    try {
      body.check(ifMatch, first, first + length - 1);
      good = true;
      return body;
    } finally {
      if (!good) {
        body.answer.discard();
      }
    }
  }

  /**
   * Trusts no server to have heeded If-Match and Range, and no answer to be the store's: the page
   * of a gateway is a 200, too, but has no ETag.
   */
  private void check(String ifMatch, long first, long last) throws StoreException {
    if (answer.etag() == null) {
      throw failure(Kind.BAD_RESPONSE, "the answer has no ETag: it is not the object");
    }
    if (!bare(answer.etag()).equals(bare(ifMatch))) {
      throw failure(Kind.PRECONDITION_FAILED, "the object is another version");
    }
    if (answer.contentRange() == null) {
      // The whole object: asked for, or from a server without ranges. Without a length its end
      // tells.
      Long length = answer.contentLength();
      if (first != 0) {
        throw failure(Kind.BAD_RESPONSE, "the answer to a range has no Content-Range");
      }
      if (length != null && (whole ? length != last + 1 : length <= last)) {
        throw failure(
            Kind.BAD_RESPONSE, "asked for " + (last + 1) + " bytes, the answer has " + length);
      }
      return;
    }
    Matcher range = CONTENT_RANGE.matcher(answer.contentRange());
    if (!range.matches() || Long.parseLong(range.group(1)) != first) {
      throw failure(
          Kind.BAD_RESPONSE,
          "asked for bytes from " + first + ", got " + Printable.message(answer.contentRange()));
    }
    // A body of another length, as one that was compressed on the way, is not that range. It fails
    // when it is read, as one that breaks off: whoever reads asks again.
    Long length = answer.contentLength();
    if (length != null && length != Long.parseLong(range.group(2)) - first + 1) {
      broken = Printable.message(answer.contentRange()) + " with a body of " + length + " bytes";
    }
    if (Long.parseLong(range.group(2)) < last) {
      throw failure(
          Kind.INVALID_RANGE,
          "asked for bytes up to " + last + ", the object has " + range.group(3));
    }
  }

  private static String bare(String etag) {
    return etag.length() >= 2 && etag.startsWith("\"") && etag.endsWith("\"")
        ? etag.substring(1, etag.length() - 1)
        : etag;
  }

  @Override
  public @Nullable ObjectChecksum checksum() {
    return answer.checksum();
  }

  @Override
  public int read(ByteBuffer destination) throws StoreException {
    if (left == 0) {
      return -1;
    }
    if (broken != null) {
      answer.discard();
      throw failure(Kind.BAD_RESPONSE, broken);
    }
    int limit = destination.limit();
    if (destination.remaining() > left) {
      destination.limit(destination.position() + (int) left);
    }
    try {
      int count = answer.read(destination);
      if (count < 0) {
        throw new EOFException();
      }
      left -= count;
      if (left == 0) {
        end();
      }
      return count;
    } catch (StoreException e) {
      answer.discard();
      throw e;
    } catch (IOException | RuntimeException e) {
      answer.discard();
      throw access.isClosed()
          ? access
              .errors()
              .failure(Kind.UNREACHABLE, S3Operation.GET, key, "the store was closed", e)
          : access
              .errors()
              .translateBody(S3Operation.GET, key, access.region(), e, answer.requestId());
    } finally {
      destination.limit(limit);
    }
  }

  /** All is here; whether the connection can serve others is not the reader's concern. */
  private void end() throws StoreException {
    boolean atEnd = false;
    boolean more = false;
    try {
      atEnd = answer.isAtEnd();
      more = !atEnd;
    } catch (IOException | RuntimeException e) {
      left = 0;
    } finally {
      // Closing what is unread would read it: aborting closes the connection.
      if (!atEnd) {
        answer.discard();
      }
    }
    if (whole && more) {
      throw failure(Kind.BAD_RESPONSE, "the answer has more bytes than the object");
    }
  }

  @Override
  public void abort() {
    answer.abort();
  }

  @Override
  public void close() {
    if (left > 0) {
      answer.discard();
    }
  }

  private StoreException failure(Kind kind, String text) {
    return access
        .errors()
        .failure(
            kind, S3Operation.GET, key, text + StoreErrors.requestId(answer.requestId()), null);
  }
}
