package io.thins3.store;

import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the calls to another store, each once however often it is sent again below. A call counts
 * when it begins. Thread-safe.
 */
public final class MeteredObjectStore implements ObjectStore {
  private final ObjectStore store;
  private final LongAdder heads = new LongAdder();
  private final LongAdder lists = new LongAdder();
  private final LongAdder gets = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder failures = new LongAdder();

  /** Counts the calls to a store; closing this closes it. */
  public MeteredObjectStore(ObjectStore store) {
    this.store = store;
  }

  /** The counts so far. Exact when no call runs. */
  public RequestCounts counts() {
    return new RequestCounts(heads.sum(), lists.sum(), gets.sum(), bytes.sum(), failures.sum());
  }

  @Override
  public String bucket() {
    return store.bucket();
  }

  @Override
  public Optional<ObjectInfo> head(String key) throws StoreException {
    heads.increment();
    return counted(() -> store.head(key));
  }

  @Override
  public ListPage list(ListRequest request) throws StoreException {
    lists.increment();
    return counted(() -> store.list(request));
  }

  @Override
  public ObjectBody get(String key, String ifMatch, long offset, long length)
      throws StoreException {
    return followed(() -> store.get(key, ifMatch, offset, length));
  }

  @Override
  public ObjectBody getWhole(String key, String ifMatch, long size) throws StoreException {
    return followed(() -> store.getWhole(key, ifMatch, size));
  }

  @Override
  public Optional<ObjectChecksum> checksum(String key, String ifMatch) throws StoreException {
    heads.increment();
    return counted(() -> store.checksum(key, ifMatch));
  }

  private ObjectBody followed(StoreCall<ObjectBody> call) throws StoreException {
    gets.increment();
    ObjectBody body = counted(call);
    return new FollowedBody(
        body,
        (read, failure) -> {
          bytes.add(read);
          if (failure != null) {
            failures.increment();
          }
        });
  }

  @Override
  public void close() {
    store.close();
  }

  private <T> T counted(StoreCall<T> call) throws StoreException {
    boolean answered = false;
    try {
      T answer = call.run();
      answered = true;
      return answer;
    } finally {
      if (!answered) {
        failures.increment();
      }
    }
  }
}
