package io.thins3.fs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.thins3.fs.ObjectNode.FileNode;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.meta.Names;
import io.thins3.store.ObjectChecksum;
import io.thins3.store.ObjectDetails;
import io.thins3.store.ObjectInfo;
import io.thins3.store.ObjectStore;
import io.thins3.store.ObjectWriter;
import io.thins3.store.StoreException;
import io.thins3.store.StoreWait;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The extended attributes of one bucket's files and directories (docs/SEMANTICS.md, Extended
 * attributes): {@code user.*} is the object's user metadata, {@code s3.*} what the store says of
 * it. Whatever else is asked for (the kernel asks for security.capability, ls for ACLs and labels)
 * is answered without the store.
 *
 * <p>What a HEAD said is kept for the metadata's TTL, and belongs to one version. A change asks
 * afresh, because others change metadata without another ETag. The changes of one object are made
 * one after the other. Thread-safe.
 */
final class ExtendedAttributes {
  private static final Logger log = LoggerFactory.getLogger(ExtendedAttributes.class);
  private static final String USER = "user.";
  private static final String STORE = "s3.";

  /** XATTR_CREATE and XATTR_REPLACE of linux/xattr.h. */
  private static final int CREATE = 1;

  private static final int REPLACE = 2;

  /** XATTR_NAME_MAX of linux/limits.h. */
  private static final int MAX_NAME_BYTES = 255;

  /** S3's limit for user metadata, and MinIO's, which counts the names with their prefix. */
  static final int MAX_METADATA_BYTES = 2048;

  /** CopyObject's limit; beyond it only a copy in parts is possible. */
  private static final long MAX_COPIED_BYTES = 5L << 30;

  /** Bytes that the details of an object take beside their metadata, about. */
  private static final int OVERHEAD = 1024;

  private static final long MAX_CACHE_BYTES = 8L << 20;

  private final Bucket bucket;
  private final ObjectStore store;
  private final @Nullable ObjectWriter writer;
  private final Executor executor;
  private final Duration deadline;
  private final Cache<String, Known> cache;
  private final AtomicLong changes = new AtomicLong();

  /** The last change of each key that is not over yet. */
  private final Map<String, CompletableFuture<Boolean>> turns = new ConcurrentHashMap<>();

  /**
   * What a HEAD said.
   *
   * @param details null: there was no object
   */
  private record Known(@Nullable ObjectDetails details) {}

  /** How a change ends that the store has nothing against: with an errno, or null. */
  private record Outcome(@Nullable Errno refusal) {}

  /**
   * Creates them.
   *
   * @param writer changes them; null on a read-only mount
   * @param executor runs the requests
   * @param deadline longest wait for the store
   */
  ExtendedAttributes(
      Bucket bucket,
      ObjectStore store,
      @Nullable ObjectWriter writer,
      Executor executor,
      Ticker ticker,
      Duration deadline) {
    this.bucket = bucket;
    this.store = store;
    this.writer = writer;
    this.executor = executor;
    this.deadline = deadline;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(MAX_CACHE_BYTES)
            .weigher((String key, Known known) -> weight(key, known))
            .ticker(ticker)
            .executor(Runnable::run)
            .expireAfter(
                Expiry.creating(
                    (String key, Known known) ->
                        known.details == null
                            ? bucket.mount().negativeTtl()
                            : bucket.mount().metadataTtl()))
            .build();
  }

  private static int weight(String key, Known known) {
    int weight = OVERHEAD + 2 * key.length();
    return known.details == null ? weight : weight + 2 * size(known.details.userMetadata());
  }

  /** The value of an attribute. */
  byte[] get(ObjectNode node, String name) throws FuseException {
    if (name.startsWith(USER)) {
      ObjectDetails details = details(node);
      String value = details == null ? null : find(details.userMetadata(), name);
      if (value == null) {
        throw new FuseException(Errno.ENODATA);
      }
      return UserMetadata.bytes(value);
    }
    if (!name.startsWith(STORE)) {
      throw new FuseException(Errno.EOPNOTSUPP);
    }
    String value =
        switch (name) {
          case "s3.etag", "s3.storage-class", "s3.version-id", "s3.checksum" -> {
            ObjectDetails details = details(node);
            yield details == null ? null : said(details, name);
          }
          default -> null;
        };
    if (value == null) {
      throw new FuseException(Errno.ENODATA);
    }
    return value.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static @Nullable String said(ObjectDetails details, String name) {
    return switch (name) {
      case "s3.etag" -> details.info().etag();
      case "s3.storage-class" -> details.storageClass();
      case "s3.version-id" -> details.versionId();
      default -> {
        ObjectChecksum checksum = details.checksum();
        yield checksum == null || checksum.composite()
            ? null
            : checksum.algorithm() + ":" + checksum.value();
      }
    };
  }

  /**
   * The names, of {@code user.*} alone: who copies all that is listed to another file system (rsync
   * -X, cp --preserve=xattr) would fail on a namespace that is of this one only.
   */
  List<String> list(ObjectNode node) throws FuseException {
    ObjectDetails details = details(node);
    if (details == null) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    for (String name : details.userMetadata().keySet()) {
      String attribute = USER + UserMetadata.attribute(name);
      if (attribute.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES) {
        names.add(attribute);
      }
    }
    names.sort(null);
    return names;
  }

  /** Sets an attribute; flags as setxattr(2). */
  void set(ObjectNode node, String name, byte[] value, int flags) throws FuseException {
    ObjectWriter to = checkChange(name);
    if (name.length() == USER.length() || (flags & (CREATE | REPLACE)) == (CREATE | REPLACE)) {
      throw new FuseException(Errno.EINVAL);
    }
    change(
        node,
        to,
        metadata -> {
          String known = nameOf(metadata, name);
          if (known != null && (flags & CREATE) != 0) {
            return Errno.EEXIST;
          }
          if (known == null && (flags & REPLACE) != 0) {
            return Errno.ENODATA;
          }
          metadata.put(
              known == null ? UserMetadata.name(name.substring(USER.length())) : known,
              UserMetadata.value(value));
          return size(metadata) > MAX_METADATA_BYTES ? Errno.ENOSPC : null;
        });
  }

  /** Removes an attribute. */
  void remove(ObjectNode node, String name) throws FuseException {
    ObjectWriter to = checkChange(name);
    change(
        node,
        to,
        metadata -> {
          String known = nameOf(metadata, name);
          if (known == null) {
            return Errno.ENODATA;
          }
          metadata.remove(known);
          return null;
        });
  }

  /** Drops what is known of a path and all below it. */
  void refresh(String path) {
    String top = bucket.key(path);
    changes.incrementAndGet(); // what is on its way is not kept
    cache.asMap().keySet().removeIf(key -> path.isEmpty() || Names.isAtOrBelow(key, top));
  }

  private ObjectWriter checkChange(String name) throws FuseException {
    if (!name.startsWith(USER)) {
      throw new FuseException(name.startsWith(STORE) ? Errno.EPERM : Errno.EOPNOTSUPP);
    }
    if (writer == null) {
      throw new FuseException(Errno.EROFS);
    }
    return writer;
  }

  /** What a change makes of the metadata, or why not. */
  private interface Change {
    @Nullable Errno apply(Map<String, String> metadata);
  }

  private void change(ObjectNode node, ObjectWriter to, Change change) throws FuseException {
    String key = key(node);
    if (key == null) {
      throw new FuseException(Errno.EOPNOTSUPP);
    }
    Outcome outcome = await(node, inTurn(key, () -> change(node, key, to, change)), key);
    if (outcome.refusal != null) {
      throw new FuseException(outcome.refusal);
    }
  }

  private Outcome change(ObjectNode node, String key, ObjectWriter to, Change change)
      throws StoreException {
    ObjectDetails details = store.details(key).orElse(null);
    if (details == null || !isVersion(node, details)) {
      return new Outcome(node instanceof FileNode ? gone(node) : Errno.EOPNOTSUPP);
    }
    Map<String, String> metadata = new TreeMap<>();
    details.userMetadata().forEach((name, value) -> metadata.put(name, UserMetadata.again(value)));
    Errno refusal = change.apply(metadata);
    if (refusal != null) {
      return new Outcome(refusal);
    }
    if (details.info().size() > MAX_COPIED_BYTES) {
      return new Outcome(Errno.EOPNOTSUPP);
    }
    try {
      to.replaceMetadata(details, metadata);
    } finally {
      // Also after a failure: its answer may be what was lost.
      changes.incrementAndGet();
      cache.invalidate(key);
      if (node instanceof FileNode) {
        forget(node);
      }
    }
    learn(node, key);
    return new Outcome(null);
  }

  /**
   * Asks what has become of an object that was changed: the copy has another time and may have
   * another ETag. A file that is open is told of it here only; all others would ask themselves.
   */
  private void learn(ObjectNode node, String key) {
    ObjectDetails details;
    try {
      details = fetch(key).details;
    } catch (CompletionException e) {
      log.debug("what s3://{}/{} is after its change is not known", store.bucket(), key, e);
      return;
    }
    if (details == null || !(node instanceof FileNode file)) {
      return;
    }
    ObjectInfo info = details.info();
    FileMetadata now = new FileMetadata(info.size(), info.etag(), info.lastModified());
    if (isVersion(node, details)) {
      file.found(now);
    }
    bucket.tree().changed(node.path(), now);
  }

  /** What a HEAD says of a node's object; null when there is none. */
  private @Nullable ObjectDetails details(ObjectNode node) throws FuseException {
    String key = key(node);
    if (key == null) {
      return null;
    }
    Known known = cache.getIfPresent(key);
    if (known == null || (known.details != null && !isVersion(node, known.details))) {
      known = await(node, CompletableFuture.supplyAsync(() -> fetch(key), executor), key);
    }
    ObjectDetails details = known.details;
    if (node instanceof FileNode && (details == null || !isVersion(node, details))) {
      throw new FuseException(gone(node)); // the kernel looks the name up again
    }
    return details;
  }

  private Known fetch(String key) {
    long before = changes.get();
    Optional<ObjectDetails> found = StoreWait.complete(() -> store.details(key));
    Known known = new Known(found.orElse(null));
    if (known.details == null && !key.endsWith("/")) {
      return known; // a file was here: should it come back, that is to be seen
    }
    cache.put(key, known);
    if (changes.get() != before) {
      cache.invalidate(key); // perhaps from before the change
    }
    return known;
  }

  /** Runs a change after those of the same key, without a thread that waits for them. */
  private CompletableFuture<Outcome> inTurn(String key, StoreWait.Call<Outcome> change) {
    CompletableFuture<Boolean> turn = new CompletableFuture<>();
    CompletableFuture<Boolean> before = turns.put(key, turn);
    return (before == null ? CompletableFuture.completedFuture(true) : before)
        .thenApplyAsync(unused -> StoreWait.complete(change), executor)
        .whenComplete(
            (outcome, failure) -> {
              turns.remove(key, turn);
              turn.complete(true);
            });
  }

  private <T> T await(ObjectNode node, CompletableFuture<T> future, String key)
      throws FuseException {
    try {
      return StoreWait.await(future, deadline, "attributes of s3://" + store.bucket() + "/" + key);
    } catch (StoreException e) {
      if (node instanceof FileNode && e.isGone()) {
        forget(node);
      }
      throw ErrnoMapping.onKnownVersion(e);
    }
  }

  private Errno gone(ObjectNode node) {
    forget(node);
    return Errno.ESTALE;
  }

  private void forget(ObjectNode node) {
    if (node instanceof FileNode file) {
      bucket.tree().forget(file.path(), file.version().etag(), file.version().size());
    }
  }

  private static boolean isVersion(ObjectNode node, ObjectDetails details) {
    return !(node instanceof FileNode file)
        || (details.info().etag().equals(file.version().etag())
            && details.info().size() == file.version().size());
  }

  /** The key of a node's object, a directory's is its marker; null for the root of a bucket. */
  private @Nullable String key(ObjectNode node) {
    if (node instanceof FileNode) {
      return bucket.key(node.path());
    }
    return node.path().isEmpty() ? null : bucket.key(node.path()) + "/";
  }

  private static @Nullable String find(Map<String, String> metadata, String attribute) {
    String name = nameOf(metadata, attribute);
    return name == null ? null : metadata.get(name);
  }

  /** The name in the metadata: perhaps one that another program has chosen. */
  private static @Nullable String nameOf(Map<String, String> metadata, String attribute) {
    String wanted = attribute.substring(USER.length());
    String usual = UserMetadata.name(wanted);
    if (metadata.containsKey(usual)) {
      return usual;
    }
    for (String name : metadata.keySet()) {
      if (UserMetadata.attribute(name).equals(wanted)) {
        return name;
      }
    }
    return null;
  }

  private static int size(Map<String, String> metadata) {
    int size = 0;
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      size += ObjectDetails.META.length() + entry.getKey().length() + entry.getValue().length();
    }
    return size;
  }
}
