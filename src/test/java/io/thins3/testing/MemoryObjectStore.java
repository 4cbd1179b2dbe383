package io.thins3.testing;

import io.thins3.store.ChecksumAlgorithm;
import io.thins3.store.ListRequest;
import io.thins3.store.ListSink;
import io.thins3.store.ObjectBody;
import io.thins3.store.ObjectChecksum;
import io.thins3.store.ObjectDetails;
import io.thins3.store.ObjectInfo;
import io.thins3.store.ObjectStore;
import io.thins3.store.StoreException;
import io.thins3.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An S3 bucket in memory for tests of the engines: keys in UTF-8 byte order, ETags that change with
 * every put, pages, conditional ranged GETs. Requests are recorded; a fault can be put before each.
 */
public final class MemoryObjectStore implements ObjectStore {
  /** Decides what happens before a request is served. */
  public interface Fault {
    /** Throws to fail the request, waits to delay it, returns to let it pass. */
    void before(String request) throws StoreException;
  }

  private static final Instant MODIFIED = Instant.parse("2026-01-02T03:04:05Z");

  private record Stored(ByteBuffer content, String etag, Instant lastModified) {
    /** Of any kind, the same for each version. */
    ObjectChecksum checksum() {
      ChecksumAlgorithm[] all = ChecksumAlgorithm.values();
      return Checksums.of(all[Math.floorMod(etag.hashCode(), all.length)], content);
    }
  }

  private final SortedMap<String, Stored> objects =
      new ConcurrentSkipListMap<>(
          Comparator.comparing(
              key -> key.getBytes(StandardCharsets.UTF_8), java.util.Arrays::compareUnsigned));
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicLong versions = new AtomicLong();
  private final Map<String, Map<String, String>> metadata = new ConcurrentHashMap<>();
  private volatile Fault fault = request -> {};
  private volatile int pageSize = ListRequest.MAX_KEYS;

  /** Stores an object; its ETag is new. */
  public MemoryObjectStore put(String key, byte[] content) {
    objects.put(
        key,
        new Stored(
            ByteBuffer.wrap(content.clone()), "\"" + versions.incrementAndGet() + "\"", MODIFIED));
    return this;
  }

  /** Stores an object's content anew: the same ETag, a later time. */
  public void touch(String key, Instant lastModified) {
    objects.computeIfPresent(
        key, (unused, stored) -> new Stored(stored.content, stored.etag, lastModified));
  }

  /** Stores a text. */
  public MemoryObjectStore put(String key, String content) {
    return put(key, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Removes an object. */
  public void delete(String key) {
    objects.remove(key);
  }

  /** An object's bytes. */
  public byte[] content(String key) {
    Stored stored = java.util.Objects.requireNonNull(objects.get(key), key);
    byte[] bytes = new byte[stored.content.limit()];
    stored.content.duplicate().rewind().get(bytes);
    return bytes;
  }

  /** Removes all objects. */
  public void clear() {
    objects.clear();
  }

  /** Gives so many entries at most in a page of a listing. */
  public MemoryObjectStore setPageSize(int entries) {
    this.pageSize = entries;
    return this;
  }

  /** Puts a fault before all requests. */
  public void setFault(Fault fault) {
    this.fault = fault;
  }

  /** The requests so far, as {@code GET key 0-9}, {@code HEAD key}, {@code LIST prefix}. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** The requests since the last call. */
  public List<String> takeRequests() {
    List<String> taken = List.copyOf(requests);
    requests.clear();
    return taken;
  }

  @Override
  public String bucket() {
    return "memory";
  }

  @Override
  public Optional<ObjectInfo> head(String key) throws StoreException {
    record("HEAD " + key);
    return Optional.ofNullable(objects.get(key)).map(stored -> info(key, stored));
  }

  @Override
  public @Nullable String list(ListRequest request, ListSink sink) throws StoreException {
    record("LIST " + request.prefix());
    int count = 0;
    String delimiter = request.delimiter();
    String after =
        request.continuationToken() == null ? request.startAfter() : request.continuationToken();
    String last = null;
    for (var entry : objects.entrySet()) {
      String key = entry.getKey();
      if (!key.startsWith(request.prefix())) {
        continue;
      }
      int slash = delimiter == null ? -1 : key.indexOf(delimiter, request.prefix().length());
      String item = slash < 0 ? key : key.substring(0, slash + 1);
      if ((after != null && compare(item, after) <= 0) || item.equals(last)) {
        continue;
      }
      if (count == Math.min(request.maxKeys(), pageSize)) {
        return last;
      }
      if (slash < 0) {
        Stored stored = entry.getValue();
        sink.object(key, stored.content.limit(), stored.etag, stored.lastModified.getEpochSecond());
      } else {
        sink.prefix(item);
      }
      count++;
      last = item;
    }
    return null;
  }

  @Override
  public ObjectBody get(String key, String ifMatch, long offset, long length)
      throws StoreException {
    record("GET " + key + " " + offset + "-" + (offset + length - 1));
    return body(key, ifMatch, offset, length, false);
  }

  @Override
  public ObjectBody getWhole(String key, String ifMatch, long size) throws StoreException {
    record("GET " + key + " whole");
    return body(key, ifMatch, 0, size, true);
  }

  @Override
  public Optional<ObjectChecksum> checksum(String key, String ifMatch) throws StoreException {
    record("HEAD " + key + " checksum");
    return Optional.of(stored(key, ifMatch).checksum());
  }

  @Override
  public Optional<ObjectDetails> details(String key) throws StoreException {
    record("HEAD " + key + " details");
    return Optional.ofNullable(objects.get(key))
        .map(
            stored ->
                new ObjectDetails(
                    info(key, stored),
                    metadata.getOrDefault(key, Map.of()),
                    Map.of(),
                    "STANDARD",
                    null,
                    stored.checksum()));
  }

  @Override
  public void replaceMetadata(ObjectDetails known, Map<String, String> userMetadata)
      throws StoreException {
    String key = known.info().key();
    record("COPY " + key);
    Stored stored = stored(key, known.info().etag());
    metadata.put(key, Map.copyOf(userMetadata));
    touch(key, stored.lastModified.plusSeconds(1));
  }

  private ObjectBody body(String key, String ifMatch, long offset, long length, boolean whole)
      throws StoreException {
    Stored stored = stored(key, ifMatch);
    if (offset + length > stored.content.limit()) {
      throw failure(Kind.INVALID_RANGE, key);
    }
    return new Body(
        stored.content.slice((int) offset, (int) length), whole ? stored.checksum() : null);
  }

  private Stored stored(String key, String ifMatch) throws StoreException {
    Stored stored = objects.get(key);
    if (stored == null) {
      throw failure(Kind.NO_SUCH_KEY, key);
    }
    if (!stored.etag.equals(ifMatch)) {
      throw failure(Kind.PRECONDITION_FAILED, key);
    }
    return stored;
  }

  private record Body(ByteBuffer content, @Nullable ObjectChecksum checksum) implements ObjectBody {
    @Override
    public int read(ByteBuffer destination) {
      int count = Math.min(content.remaining(), destination.remaining());
      destination.put(content.slice(content.position(), count));
      content.position(content.position() + count);
      return count == 0 ? -1 : count;
    }

    @Override
    public void abort() {}

    @Override
    public void close() {}
  }

  @Override
  public void close() {}

  /** A failure as the store makes it. */
  public static StoreException failure(Kind kind, String key) {
    return new StoreException(kind, "s3://memory/" + key + ": " + kind, 0, null, null, null);
  }

  private void record(String request) throws StoreException {
    requests.add(request);
    fault.before(request);
  }

  private static int compare(String a, String b) {
    return java.util.Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectInfo info(String key, Stored stored) {
    return new ObjectInfo(key, stored.content.limit(), stored.etag, stored.lastModified);
  }
}
