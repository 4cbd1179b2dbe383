package io.thins3.meta;

import io.thins3.store.ListRequest;
import io.thins3.store.ListSink;
import io.thins3.store.StoreException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one directory's listing, one after the other, in {@link NameOrder}. Used by one
 * thread at a time.
 */
final class DirectoryPages {
  /** Asks for a page, as {@link io.thins3.store.ObjectStore#list(ListRequest, ListSink)} does. */
  interface Source {
    @Nullable String list(ListRequest request, ListSink sink) throws StoreException;
  }

  private final Source source;
  private final String prefix;
  private final Consumer<String> hidden;
  private final LevelOrder order;
  private @Nullable ListRequest next;

  /**
   * All pages.
   *
   * @param prefix of the directory's keys
   * @param hidden takes keys that no path leads to
   */
  DirectoryPages(Source source, String prefix, Consumer<String> hidden) {
    this(source, prefix, hidden, new LevelOrder(prefix, hidden), ListRequest.directory(prefix));
  }

  private DirectoryPages(
      Source source,
      String prefix,
      Consumer<String> hidden,
      LevelOrder order,
      @Nullable ListRequest next) {
    this.source = source;
    this.prefix = prefix;
    this.hidden = hidden;
    this.order = order;
    this.next = next;
  }

  /** No pages. */
  static DirectoryPages none() {
    return new DirectoryPages(
        (request, sink) -> null, "", key -> {}, new LevelOrder("", key -> {}), null);
  }

  /** Whether there are more pages. */
  boolean hasNext() {
    return next != null;
  }

  /**
   * Asks for the next page. After a failure the same page is asked for by the next call.
   *
   * @return what it adds in order: none where all is held back, hidden, or known
   */
  ListedEntries next() throws StoreException {
    ListRequest request = Objects.requireNonNull(next, "no more pages");
    String token = source.list(request, order);
    next = token == null ? null : request.after(token);
    if (token == null) {
      order.end();
    }
    return order.take();
  }

  /** What came in another order than that of keys (no store should), once all pages are there. */
  Map<byte[], Metadata> late() {
    return order.late();
  }

  /** The pages that come now, for another reader. */
  DirectoryPages rest() {
    if (next == null) {
      throw new IllegalStateException("no more pages of " + prefix);
    }
    List<LevelOrder.Held> held = order.held();
    return new DirectoryPages(
        source,
        prefix,
        hidden,
        new LevelOrder(prefix, hidden, held, order.last()),
        ListRequest.directory(prefix).behind(order.lastKey()));
  }
}
