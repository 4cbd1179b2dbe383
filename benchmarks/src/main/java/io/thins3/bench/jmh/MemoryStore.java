package io.thins3.bench.jmh;

import io.thins3.store.ListRequest;
import io.thins3.store.ListSink;
import io.thins3.store.ObjectBody;
import io.thins3.store.ObjectChecksum;
import io.thins3.store.ObjectDetails;
import io.thins3.store.ObjectInfo;
import io.thins3.store.ObjectStore;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A store that answers at once, so that what is above it is measured. All bytes are zero. */
final class MemoryStore implements ObjectStore {
  private static final String ETAG = "\"d41d8cd98f00b204e9800998ecf8427e\"";
  private static final Instant MODIFIED = Instant.parse("2026-11-23T09:00:00Z");

  private final NavigableMap<String, ObjectInfo> objects = new TreeMap<>();
  private final ByteBuffer zeros = ByteBuffer.allocateDirect(8 << 20);

  /** Adds objects: key to size. */
  MemoryStore with(Map<String, Long> sizes) {
    sizes.forEach((key, size) -> objects.put(key, new ObjectInfo(key, size, ETAG, MODIFIED)));
    return this;
  }

  @Override
  public String bucket() {
    return Setups.BUCKET;
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    return Optional.ofNullable(objects.get(key));
  }

  /** One level below a prefix, or the first keys at and below it; all in one page. */
  @Override
  public @Nullable String list(ListRequest request, ListSink sink) {
    String prefix = request.prefix();
    int count = 0;
    String key = objects.ceilingKey(prefix);
    while (key != null && key.startsWith(prefix) && count < request.maxKeys()) {
      int slash = request.delimiter() == null ? -1 : key.indexOf('/', prefix.length());
      if (slash < 0) {
        ObjectInfo object = Objects.requireNonNull(objects.get(key));
        sink.object(key, object.size(), object.etag(), object.lastModified().getEpochSecond());
        key = objects.higherKey(key);
      } else {
        sink.prefix(key.substring(0, slash + 1));
        key = objects.ceilingKey(key.substring(0, slash) + (char) ('/' + 1));
      }
      count++;
    }
    return null;
  }

  @Override
  public ObjectBody get(String key, String ifMatch, long offset, long length) {
    return new Zeros(zeros, new AtomicLong(length));
  }

  @Override
  public ObjectBody getWhole(String key, String ifMatch, long size) {
    return get(key, ifMatch, 0, size);
  }

  /** None: whoever measures checksums has a store that computes them. */
  @Override
  public Optional<ObjectChecksum> checksum(String key, String ifMatch) {
    return Optional.empty();
  }

  @Override
  public Optional<ObjectDetails> details(String key) {
    throw new UnsupportedOperationException("no benchmark asks for it");
  }

  private record Zeros(ByteBuffer zeros, AtomicLong left) implements ObjectBody {
    @Override
    public @Nullable ObjectChecksum checksum() {
      return null;
    }

    @Override
    public int read(ByteBuffer destination) {
      int most = Math.min(zeros.capacity(), destination.remaining());
      int count = (int) Math.min(left.get(), most);
      destination.put(zeros.slice(0, count));
      left.addAndGet(-count);
      return count == 0 ? -1 : count;
    }

    @Override
    public void abort() {}

    @Override
    public void close() {}
  }

  @Override
  public void close() {}
}
