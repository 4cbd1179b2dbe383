package io.thins3.fs;

import io.thins3.store.ListPage;
import io.thins3.store.ListRequest;
import io.thins3.store.ObjectInfo;
import io.thins3.store.ObjectStore;
import io.thins3.store.ObjectWriter;
import io.thins3.store.StoreException;
import io.thins3.store.StoreWait;
import io.thins3.store.StoredObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renames everything below a prefix.
 *
 * <pre>
 *   LIST, page by page ─► copies, 16 at once ─► all there? ─ yes ─► sources deleted, in batches
 *                                                   └─ no ──► the copies deleted: as before
 * </pre>
 *
 * <p>So the source is whole until every copy is there. Thread-safe; waits.
 */
final class DirectoryRename {
  private static final Logger log = LoggerFactory.getLogger(DirectoryRename.class);

  /** One for each thread of a bucket that asks for names. */
  private static final int AT_ONCE = 16;

  private static final int DELETED_AT_ONCE = 250;

  private final ObjectStore store;
  private final ObjectWriter writer;
  private final ObjectCopy copies;
  private final Executor executor;
  private final Duration deadline;

  /**
   * @param executor runs the requests; its tasks never wait for each other
   * @param deadline longest wait for one of them
   */
  DirectoryRename(
      ObjectStore store,
      ObjectWriter writer,
      ObjectCopy copies,
      Executor executor,
      Duration deadline) {
    this.store = store;
    this.writer = writer;
    this.copies = copies;
    this.executor = executor;
    this.deadline = deadline;
  }

  /**
   * Renames.
   *
   * @param from prefix, with its slash
   * @param to the same
   * @return the copies, by the keys of their sources
   */
  Map<String, StoredObject> rename(String from, String to) throws StoreException {
    Map<String, StoredObject> copied = new LinkedHashMap<>();
    Deque<Copy> underWay = new ArrayDeque<>();
    StoreException failure = null;
    try {
      String next = null;
      do {
        ListPage page = store.list(new ListRequest(from, null, null, next, ListRequest.MAX_KEYS));
        next = page.nextToken();
        for (ObjectInfo object : page.objects()) {
          underWay.add(begin(object, to + object.key().substring(from.length())));
          if (underWay.size() >= AT_ONCE) {
            end(underWay.peek(), copied);
            underWay.remove();
          }
        }
      } while (next != null);
    } catch (StoreException e) {
      failure = e;
    }
    for (Copy copy : underWay) { // what was begun ends before anything is taken back
      try {
        end(copy, copied);
      } catch (StoreException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      takeBack(from, to, copied, failure);
      throw failure;
    }
    deleteSources(from, to, copied);
    return copied;
  }

  private record Copy(String key, CompletableFuture<StoredObject> end) {}

  private Copy begin(ObjectInfo object, String target) {
    CompletableFuture<StoredObject> end = new CompletableFuture<>();
    executor.execute(
        () -> {
          try {
            end.complete(
                copies.copy(object.key(), object.etag(), object.size(), target, null, Map.of()));
          } catch (Throwable e) { // somebody waits
            end.completeExceptionally(e);
          }
        });
    return new Copy(object.key(), end);
  }

  private void end(Copy copy, Map<String, StoredObject> copied) throws StoreException {
    copied.put(copy.key, StoreWait.await(copy.end, deadline, "a copy of " + copy.key));
  }

  private void takeBack(
      String from, String to, Map<String, StoredObject> copied, StoreException failure) {
    List<String> targets =
        copied.keySet().stream().map(key -> to + key.substring(from.length())).toList();
    String left;
    try {
      int rest = targets.isEmpty() ? 0 : writer.delete(targets).size();
      left = rest == 0 ? "nothing of it" : rest + " copies";
    } catch (StoreException e) {
      left = "up to " + targets.size() + " copies";
    }
    log.warn(
        "renaming s3://{}/{} to {} failed, the source is whole; {} remains at the target: {}",
        store.bucket(),
        from,
        to,
        left,
        failure.getMessage());
  }

  private void deleteSources(String from, String to, Map<String, StoredObject> copied)
      throws StoreException {
    List<String> keys = new ArrayList<>(copied.keySet());
    for (int at = 0; at < keys.size(); at += DELETED_AT_ONCE) {
      List<String> batch = keys.subList(at, Math.min(keys.size(), at + DELETED_AT_ONCE));
      Map<String, StoreException> failures = writer.delete(batch);
      if (!failures.isEmpty()) {
        log.warn(
            "s3://{}/{} was copied to {}, but not all of the source could be deleted",
            store.bucket(),
            from,
            to);
        throw failures.values().iterator().next();
      }
    }
  }
}
