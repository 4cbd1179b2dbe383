package io.thins3.write;

import io.thins3.store.ChecksumAlgorithm;
import io.thins3.store.Content;
import io.thins3.store.ObjectChecksum;
import io.thins3.store.ObjectStore;
import io.thins3.store.ObjectWriter;
import io.thins3.store.Precondition;
import io.thins3.store.StoreException;
import io.thins3.store.StoredObject;
import io.thins3.store.UploadedPart;
import io.thins3.write.WriteException.Kind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes objects appear, and says what became of others' changes to the same key. Thread-safe.
 *
 * <pre>
 *   write, if the object is what we know ── yes ──► published
 *            │ no                 │ the store knows no conditions: HEAD, compare
 *            ├─ O_EXCL: EXISTS    └─────────────────────────────► write without
 *            ├─ --conflict=fail: CONFLICT
 *            └─ else: logged, counted, written without a condition
 * </pre>
 *
 * <p>So the last writer wins by a condition that fails and not by luck: it costs no request, and
 * conflicts are seen.
 */
final class Publisher {
  private static final Logger log = LoggerFactory.getLogger(Publisher.class);

  /** Writes the object once. */
  private interface Attempt {
    StoredObject with(Precondition precondition) throws StoreException;
  }

  private final ObjectStore store;
  private final ObjectWriter writer;
  private final Executor executor;
  private final WriteSettings settings;
  private final WriteCounters counters;

  /** The store has refused a condition as such. */
  private volatile boolean unconditional;

  /**
   * @param executor sends parts; its tasks never wait for each other
   */
  Publisher(
      ObjectStore store,
      ObjectWriter writer,
      Executor executor,
      WriteSettings settings,
      WriteCounters counters) {
    this.store = store;
    this.writer = writer;
    this.executor = executor;
    this.settings = settings;
    this.counters = counters;
  }

  ObjectStore store() {
    return store;
  }

  ObjectWriter writer() {
    return writer;
  }

  Executor executor() {
    return executor;
  }

  WriteSettings settings() {
    return settings;
  }

  WriteCounters counters() {
    return counters;
  }

  @Nullable ChecksumAlgorithm algorithm() {
    return settings.checksum();
  }

  /** Publishes by one PUT. */
  StoredObject put(String key, Content content, Map<String, String> headers, Expected expected)
      throws WriteException {
    StoredObject stored =
        publish(key, expected, condition -> writer.put(key, content, headers, condition));
    counters.puts.increment();
    counters.bytes.add(content.length());
    return stored;
  }

  /** Publishes the parts of an upload. */
  StoredObject complete(
      String key,
      String uploadId,
      List<UploadedPart> parts,
      @Nullable ObjectChecksum checksum,
      Expected expected)
      throws WriteException {
    StoredObject stored =
        publish(
            key,
            expected,
            condition -> writer.completeUpload(key, uploadId, parts, condition, checksum));
    counters.uploads.increment();
    return stored;
  }

  private StoredObject publish(String key, Expected expected, Attempt attempt)
      throws WriteException {
    String etag = expected.etag();
    Precondition precondition = etag == null ? Precondition.ABSENT : Precondition.match(etag);
    try {
      if (unconditional) {
        return afterComparing(key, expected, attempt);
      }
      return attempt.with(precondition);
    } catch (StoreException e) {
      boolean changed = e.kind() == StoreException.Kind.PRECONDITION_FAILED;
      boolean gone = etag != null && e.kind() == StoreException.Kind.NO_SUCH_KEY;
      if (changed || gone) {
        return conflict(key, expected, attempt, e);
      }
      if (e.kind() == StoreException.Kind.NOT_SUPPORTED && !unconditional) {
        unconditional = true;
        log.info("{}: no conditional writes, conflicts are looked for before", e.getMessage());
        try {
          return afterComparing(key, expected, attempt);
        } catch (StoreException again) {
          throw WriteException.of(again);
        }
      }
      throw WriteException.of(e);
    }
  }

  private StoredObject afterComparing(String key, Expected expected, Attempt attempt)
      throws StoreException, WriteException {
    if (expected.exclusive() || settings.failOnConflict()) {
      String now = store.head(key).map(info -> info.etag()).orElse(null);
      if (now == null ? expected.etag() != null : !now.equals(expected.etag())) {
        return conflict(key, expected, attempt, null);
      }
    }
    return attempt.with(Precondition.NONE);
  }

  private StoredObject conflict(
      String key, Expected expected, Attempt attempt, @Nullable StoreException failure)
      throws WriteException {
    String name = "s3://" + store.bucket() + "/" + key;
    if (expected.exclusive()) {
      throw new WriteException(Kind.EXISTS, name + " was created by others meanwhile", failure);
    }
    counters.conflicts.increment();
    if (settings.failOnConflict()) {
      throw new WriteException(
          Kind.CONFLICT, name + " was changed by others since it was opened", failure);
    }
    log.warn("{} was changed by others since it was opened; their version is replaced", name);
    try {
      return attempt.with(Precondition.NONE);
    } catch (StoreException e) {
      throw WriteException.of(e);
    }
  }
}
