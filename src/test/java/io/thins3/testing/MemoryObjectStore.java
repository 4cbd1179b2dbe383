package io.thins3.testing;

import io.thins3.store.ChecksumAlgorithm;
import io.thins3.store.Content;
import io.thins3.store.ListRequest;
import io.thins3.store.ListSink;
import io.thins3.store.ObjectBody;
import io.thins3.store.ObjectChecksum;
import io.thins3.store.ObjectDetails;
import io.thins3.store.ObjectInfo;
import io.thins3.store.ObjectStore;
import io.thins3.store.ObjectWriter;
import io.thins3.store.Precondition;
import io.thins3.store.StoreException;
import io.thins3.store.StoreException.Kind;
import io.thins3.store.StoredObject;
import io.thins3.store.UploadedPart;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * An S3 bucket in memory for tests of the engines: keys in UTF-8 byte order, ETags that change with
 * every put, pages, conditional ranged GETs, and the writes by MinIO's rules. Requests are recorded
 * and counted; a fault can be put before each.
 */
public final class MemoryObjectStore implements ObjectStore, ObjectWriter {
  /** Decides what happens before a request is served. */
  public interface Fault {
    /** Throws to fail the request, waits to delay it, returns to let it pass. */
    void before(String request) throws StoreException;
  }

  private static final Instant MODIFIED = Instant.parse("2026-01-02T03:04:05Z");

  /**
   * An object.
   *
   * @param written what was sent with it by the calls of a store; null: a test has put it
   */
  private record Stored(
      ByteBuffer content, String etag, Instant lastModified, @Nullable Sent written) {
    /** Of any kind, the same for each version; none where a copied part was among its parts. */
    @Nullable ObjectChecksum checksum() {
      if (written != null) {
        return written.checksum;
      }
      ChecksumAlgorithm[] all = ChecksumAlgorithm.values();
      return Checksums.of(all[Math.floorMod(etag.hashCode(), all.length)], content);
    }
  }

  /** What was said of an object when it was written. */
  private record Sent(Map<String, String> headers, @Nullable ObjectChecksum checksum) {}

  private static final LongAdder NOTHING = new LongAdder();

  private final SortedMap<String, Stored> objects =
      new ConcurrentSkipListMap<>(
          Comparator.comparing(
              key -> key.getBytes(StandardCharsets.UTF_8), java.util.Arrays::compareUnsigned));
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicLong versions = new AtomicLong();
  private final Map<String, Map<String, String>> metadata = new ConcurrentHashMap<>();
  private final MemoryUploads uploads = new MemoryUploads();
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> sent = new ConcurrentHashMap<>();
  private volatile Fault fault = request -> {};
  private volatile int pageSize = ListRequest.MAX_KEYS;

  /** Stores an object; its ETag is new. */
  public MemoryObjectStore put(String key, byte[] content) {
    objects.put(
        key,
        new Stored(
            ByteBuffer.wrap(content.clone()),
            "\"" + versions.incrementAndGet() + "\"",
            MODIFIED,
            null));
    return this;
  }

  /** Stores an object's content anew: the same ETag, a later time. */
  public void touch(String key, Instant lastModified) {
    objects.computeIfPresent(
        key,
        (unused, stored) -> new Stored(stored.content, stored.etag, lastModified, stored.written));
  }

  /** Stores a text. */
  public MemoryObjectStore put(String key, String content) {
    return put(key, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Removes an object, as another client does. */
  public void remove(String key) {
    objects.remove(key);
    metadata.remove(key);
  }

  /** Whether there is an object. */
  public boolean has(String key) {
    return objects.containsKey(key);
  }

  /** The headers that an object was written with, or was copied with. */
  public Map<String, String> headers(String key) {
    Stored stored = java.util.Objects.requireNonNull(objects.get(key), key);
    return stored.written == null ? Map.of() : stored.written.headers;
  }

  /** The uploads that are neither completed nor aborted. */
  public List<String> uploads() {
    return uploads.ids();
  }

  /** How many requests of a kind came, such as PUT, UPLOAD_PART, COPY_PART, HEAD. */
  public long count(String operation) {
    return counts.getOrDefault(operation, NOTHING).sum();
  }

  /** Bytes that came with requests of a kind, PUT or UPLOAD_PART. */
  public long bytesSent(String operation) {
    return sent.getOrDefault(operation, NOTHING).sum();
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
    return Optional.ofNullable(stored(key, ifMatch).checksum());
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
                    kept(stored),
                    kept(stored).getOrDefault("x-amz-storage-class", "STANDARD"),
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

  @Override
  public StoredObject put(
      String key, Content content, Map<String, String> headers, Precondition precondition)
      throws StoreException {
    record("PUT " + key + " " + content.length());
    byte[] bytes = received("PUT", key, content);
    ObjectChecksum checksum = content.checksum();
    String etag = MemoryUploads.quoted(MemoryUploads.md5(bytes));
    return write(key, precondition, bytes, etag, headers, checksum);
  }

  private byte[] received(String operation, String key, Content content) throws StoreException {
    byte[] bytes = MemoryUploads.bytes(content);
    sent.computeIfAbsent(operation, any -> new LongAdder()).add(bytes.length);
    MemoryUploads.check(key, bytes, content.checksum());
    return bytes;
  }

  /** Stores an object if the condition holds, as one step. */
  private synchronized StoredObject write(
      String key,
      Precondition precondition,
      byte[] content,
      String etag,
      Map<String, String> headers,
      @Nullable ObjectChecksum checksum)
      throws StoreException {
    Stored before = objects.get(key);
    String wanted = precondition.ifMatch();
    if (wanted != null && before == null) {
      throw failure(Kind.NO_SUCH_KEY, key);
    }
    if ((precondition.ifAbsent() && before != null)
        || (wanted != null && before != null && !wanted.equals(before.etag))) {
      throw failure(Kind.PRECONDITION_FAILED, key);
    }
    Instant now = MODIFIED.plusSeconds(versions.incrementAndGet());
    objects.put(
        key,
        new Stored(ByteBuffer.wrap(content), etag, now, new Sent(Map.copyOf(headers), checksum)));
    Map<String, String> user = new TreeMap<>();
    headers.forEach(
        (name, value) -> {
          if (name.startsWith(ObjectDetails.META)) {
            user.put(name.substring(ObjectDetails.META.length()), value);
          }
        });
    metadata.put(key, user);
    return new StoredObject(etag, now);
  }

  /** All that was said of an object but its user metadata. */
  private static Map<String, String> kept(Stored stored) {
    Map<String, String> kept =
        new TreeMap<>(stored.written == null ? Map.of() : stored.written.headers);
    kept.keySet().removeIf(name -> name.startsWith(ObjectDetails.META));
    return kept;
  }

  @Override
  public String beginUpload(
      String key, Map<String, String> headers, @Nullable ChecksumAlgorithm algorithm)
      throws StoreException {
    record("CREATE_UPLOAD " + key);
    return uploads.begin(key, Map.copyOf(headers), algorithm);
  }

  @Override
  public UploadedPart uploadPart(String key, String uploadId, int number, Content content)
      throws StoreException {
    record("UPLOAD_PART " + key + " " + number + " " + content.length());
    byte[] bytes = received("UPLOAD_PART", key, content);
    return uploads.add(uploads.get(key, uploadId), number, bytes, content.checksum(), false);
  }

  @Override
  public UploadedPart copyPart(
      String key,
      String uploadId,
      int number,
      String sourceKey,
      String sourceEtag,
      long offset,
      long length)
      throws StoreException {
    record("COPY_PART " + key + " " + number + " " + offset + "-" + (offset + length - 1));
    Stored source = stored(sourceKey, sourceEtag);
    if (offset + length > source.content.limit()) {
      throw failure(Kind.INVALID_REQUEST, sourceKey);
    }
    byte[] bytes = new byte[(int) length];
    source.content.duplicate().position((int) offset).get(bytes);
    return uploads.add(uploads.get(key, uploadId), number, bytes, null, true);
  }

  @Override
  public StoredObject completeUpload(
      String key,
      String uploadId,
      List<UploadedPart> parts,
      Precondition precondition,
      @Nullable ObjectChecksum checksum)
      throws StoreException {
    record("COMPLETE_UPLOAD " + key + " " + parts.size());
    MemoryUploads.Upload upload = uploads.get(key, uploadId);
    MemoryUploads.Whole whole = MemoryUploads.join(upload, parts, checksum);
    ChecksumAlgorithm algorithm = upload.algorithm();
    ObjectChecksum known =
        algorithm == null ? null : Checksums.of(algorithm, ByteBuffer.wrap(whole.content()));
    StoredObject stored =
        write(key, precondition, whole.content(), whole.etag(), upload.headers(), known);
    uploads.end(key, uploadId);
    return stored;
  }

  @Override
  public void abortUpload(String key, String uploadId) throws StoreException {
    record("ABORT_UPLOAD " + key);
    uploads.end(key, uploadId);
  }

  @Override
  public StoredObject copy(
      String sourceKey, String sourceEtag, String key, @Nullable String storageClass)
      throws StoreException {
    record("COPY " + key + " of " + sourceKey);
    Stored source = stored(sourceKey, sourceEtag);
    byte[] content = content(sourceKey);
    Map<String, String> headers = new TreeMap<>(kept(source));
    metadata
        .getOrDefault(sourceKey, Map.of())
        .forEach((name, value) -> headers.put(ObjectDetails.META + name, value));
    if (storageClass != null) {
      headers.put("x-amz-storage-class", storageClass);
    }
    // Always in one piece, also what was uploaded in parts.
    String etag = MemoryUploads.quoted(MemoryUploads.md5(content));
    ObjectChecksum known = source.checksum();
    ObjectChecksum checksum =
        known == null ? Checksums.of(ChecksumAlgorithm.CRC64NVME, ByteBuffer.wrap(content)) : known;
    return write(key, Precondition.NONE, content, etag, headers, checksum);
  }

  @Override
  public void delete(String key) throws StoreException {
    record("DELETE " + key);
    remove(key);
  }

  @Override
  public Map<String, StoreException> delete(Collection<String> keys) throws StoreException {
    record("DELETE_OBJECTS " + keys.size());
    Map<String, StoreException> failures = new TreeMap<>();
    for (String key : keys) {
      try {
        fault.before("DELETE_OBJECTS " + key);
        remove(key);
      } catch (StoreException e) {
        failures.put(key, e);
      }
    }
    return failures;
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
    counts.computeIfAbsent(request.split(" ", 2)[0], any -> new LongAdder()).increment();
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
