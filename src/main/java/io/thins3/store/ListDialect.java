package io.thins3.store;

import io.thins3.config.ListType;
import io.thins3.store.StoreException.Kind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for listings as the store understands it: by ListObjectsV2, or by ListObjects, which old
 * stores and old proxies know alone. Thread-safe.
 *
 * <pre>
 *   ask by V2 ── an error that means "not known" ──► the same by V1 ─┐
 *    │       └── a truncated page without token ──► taken as V1's ───┴─► V1 from now on
 *    └─ any other answer: V2
 * </pre>
 *
 * <p>The tokens that are handed out say which of the two a listing was begun with: pages that are
 * asked for later go on with it, whatever was learnt meanwhile.
 */
final class ListDialect {
  private static final Logger log = LoggerFactory.getLogger(ListDialect.class);
  private static final char OLDER = '1';
  private static final char NEWER = '2';

  private final BucketCalls calls;
  private final StoreErrors errors;
  private final ListType type;
  private volatile boolean older;

  ListDialect(BucketCalls calls, StoreErrors errors, ListType type) {
    this.calls = calls;
    this.errors = errors;
    this.type = type;
    this.older = type == ListType.V1;
  }

  /**
   * One page. The token of the answer is null exactly when this is the last page.
   *
   * @param request its token is one that was handed out here
   */
  ListAnswer ask(ListRequest request) throws StoreException {
    String token = request.continuationToken();
    if (token == null ? older : token.charAt(0) == OLDER) {
      return askOlder(plain(request));
    }
    ListAnswer answer;
    try {
      answer = calls.list(plain(request), false);
    } catch (StoreException e) {
      if (token != null || type != ListType.AUTOMATIC || !isUnknown(e)) {
        throw e;
      }
      ListAnswer page = askOlder(request);
      learn(e.getMessage());
      return page;
    }
    if (answer.truncated() && answer.nextToken() == null) {
      if (token != null || type != ListType.AUTOMATIC) {
        throw bad(request, "a page that is not the last has no token");
      }
      ListAnswer page = marked(request, answer);
      learn("LIST s3://" + Printable.of(request.prefix()) + ": a page without token");
      return page;
    }
    return with(answer, answer.truncated() ? NEWER + answer.nextToken() : null);
  }

  /** Whether a failure says that the store does not know ListObjectsV2. */
  static boolean isUnknown(StoreException failure) {
    if (failure.kind() == Kind.NOT_SUPPORTED) {
      return true;
    }
    String message = failure.getMessage();
    return failure.kind() == Kind.INVALID_REQUEST
        && message != null
        && message.toLowerCase(Locale.ROOT).contains("list-type");
  }

  private void learn(@Nullable String why) {
    if (!older) {
      older = true;
      log.info("ListObjectsV2 is not known to the store, ListObjects is used: {}", why);
    }
  }

  private ListAnswer askOlder(ListRequest request) throws StoreException {
    return marked(request, calls.list(request, true));
  }

  /** Finds where the next page begins: NextMarker, else the last of what the page holds. */
  private ListAnswer marked(ListRequest request, ListAnswer answer) throws StoreException {
    if (!answer.truncated()) {
      return with(answer, null);
    }
    String marker = answer.nextMarker();
    if (marker == null || marker.isEmpty()) {
      marker = answer.last();
    }
    String asked = request.continuationToken();
    if (marker == null || (asked != null && KeyOrder.compare(asked, marker) >= 0)) {
      throw bad(request, "a page that is not the last does not say where the next begins");
    }
    return with(answer, OLDER + marker);
  }

  /** The request with the store's own token. */
  private static ListRequest plain(ListRequest request) {
    String token = request.continuationToken();
    return token == null ? request : request.after(token.substring(1));
  }

  private static ListAnswer with(ListAnswer answer, @Nullable String token) {
    answer.setNextToken(token);
    return answer;
  }

  private StoreException bad(ListRequest request, String text) {
    return errors.failure(Kind.BAD_RESPONSE, S3Operation.LIST, request.prefix(), text, null);
  }
}
