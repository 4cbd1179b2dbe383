package io.thins3.store;

import io.thins3.store.StoreException.Kind;
import io.thins3.store.WriteCalls.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Deletes keys, in lists where that is possible. Thread-safe. */
final class Deletions {
  /** MinIO locks all keys of a list until the last is deleted; 1000 are the most of all stores. */
  static final int BATCH = 250;

  private final WriteCalls calls;
  private final StoreErrors errors;

  /** Whether the store has said that it knows no lists. */
  private volatile boolean oneByOne;

  Deletions(WriteCalls calls, StoreErrors errors) {
    this.calls = calls;
    this.errors = errors;
  }

  void delete(String key) throws StoreException {
    try {
      calls.delete(key);
    } catch (StoreException e) {
      if (e.kind() != Kind.NO_SUCH_KEY) {
        throw e;
      }
    }
  }

  Map<String, StoreException> delete(Collection<String> keys) throws StoreException {
    Map<String, StoreException> failures = new LinkedHashMap<>();
    List<String> batch = new ArrayList<>();
    for (String key : new LinkedHashSet<>(keys)) {
      if (!WriteXml.canHold(key)) {
        one(key, failures);
        continue;
      }
      batch.add(key);
      if (batch.size() == BATCH) {
        some(batch, failures);
        batch.clear();
      }
    }
    if (!batch.isEmpty()) {
      some(batch, failures);
    }
    return failures;
  }

  private void some(List<String> keys, Map<String, StoreException> failures) throws StoreException {
    if (oneByOne || keys.size() == 1) {
      each(keys, failures);
      return;
    }
    Map<String, Refusal> refusals;
    try {
      refusals = calls.deleteObjects(keys);
    } catch (StoreException e) {
      if (e.kind() == Kind.NOT_SUPPORTED || "MethodNotAllowed".equals(e.code())) {
        oneByOne = true;
      } else if (!"MalformedXML".equals(e.code())) {
        throw e;
      }
      // In this very list may be a key that the store's parser does not take.
      each(keys, failures);
      return;
    }
    for (Map.Entry<String, Refusal> entry : refusals.entrySet()) {
      judge(keys, entry.getKey(), entry.getValue(), failures);
    }
  }

  private void judge(
      List<String> keys, String key, Refusal refusal, Map<String, StoreException> failures)
      throws StoreException {
    StoreException failure =
        errors.refusal(S3Operation.DELETE_OBJECTS, key, refusal.code(), refusal.message());
    if (!keys.contains(key)) {
      throw failure;
    }
    switch (failure.kind()) {
      case NO_SUCH_KEY -> {}
      // What passes passes in the retries of a request of its own.
      case CONFLICT, THROTTLED, SERVER_ERROR, TIMEOUT -> one(key, failures);
      default -> failures.put(key, failure);
    }
  }

  private void each(List<String> keys, Map<String, StoreException> failures) throws StoreException {
    for (String key : keys) {
      one(key, failures);
    }
  }

  private void one(String key, Map<String, StoreException> failures) throws StoreException {
    try {
      delete(key);
    } catch (StoreException e) {
      switch (e.kind()) {
        // The next key would meet the same.
        case INTERRUPTED,
            UNREACHABLE,
            TIMEOUT,
            THROTTLED,
            NO_SUCH_BUCKET,
            WRONG_REGION,
            BAD_CREDENTIALS,
            NO_CREDENTIALS ->
            throw e;
        default -> failures.put(key, e);
      }
    }
  }
}
