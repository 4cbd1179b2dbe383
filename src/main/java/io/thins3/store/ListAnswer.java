package io.thins3.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an answer to LIST says, unchecked: columns, because pages of a thousand keys come one after
 * the other. Not thread-safe.
 */
final class ListAnswer {
  /** In the columns of numbers: the element is missing. */
  static final long MISSING = Long.MIN_VALUE;

  private final List<@Nullable String> keys = new ArrayList<>();
  private final List<@Nullable String> etags = new ArrayList<>();
  private long[] sizes = new long[64];
  private long[] modified = new long[64];
  private final List<String> prefixes = new ArrayList<>();
  private boolean truncated;
  private @Nullable String nextToken;
  private @Nullable String nextMarker;

  /**
   * Adds an object.
   *
   * @param size bytes, or {@link #MISSING}
   * @param modifiedSeconds since 1970, or {@link #MISSING}
   */
  void add(@Nullable String key, long size, @Nullable String etag, long modifiedSeconds) {
    int count = keys.size();
    if (count == sizes.length) {
      sizes = Arrays.copyOf(sizes, 2 * count);
      modified = Arrays.copyOf(modified, 2 * count);
    }
    keys.add(key);
    etags.add(etag);
    sizes[count] = size;
    modified[count] = modifiedSeconds;
  }

  void addPrefix(String prefix) {
    prefixes.add(prefix);
  }

  void setTruncated(boolean truncated) {
    this.truncated = truncated;
  }

  void setNextToken(@Nullable String token) {
    this.nextToken = token;
  }

  void setNextMarker(@Nullable String marker) {
    this.nextMarker = marker;
  }

  /**
   * Decodes keys, prefixes and the marker: some servers say at the end only that they are encoded.
   */
  void decode(UnaryOperator<String> decoder) {
    keys.replaceAll(key -> key == null ? null : decoder.apply(key));
    prefixes.replaceAll(decoder);
    nextMarker = nextMarker == null ? null : decoder.apply(nextMarker);
  }

  boolean truncated() {
    return truncated;
  }

  /** Where ListObjectsV2 goes on. */
  @Nullable String nextToken() {
    return nextToken;
  }

  /** Where ListObjects goes on, decoded; many stores say it with a delimiter alone. */
  @Nullable String nextMarker() {
    return nextMarker;
  }

  /** The last of the objects and prefixes in the order of keys; null when there are none. */
  @Nullable String last() {
    String key = keys.isEmpty() ? null : keys.get(keys.size() - 1);
    String prefix = prefixes.isEmpty() ? null : prefixes.get(prefixes.size() - 1);
    return key == null || (prefix != null && KeyOrder.compare(key, prefix) < 0) ? prefix : key;
  }

  /** Number of objects. */
  int size() {
    return keys.size();
  }

  @Nullable String key(int index) {
    return keys.get(index);
  }

  /** As the store sent it; "" for an empty object of a store that sends none. */
  @Nullable String etag(int index) {
    String etag = etags.get(index);
    // s3proxy's directory markers; nothing is ever read of what is empty.
    return etag == null && sizes[index] == 0 ? "" : etag;
  }

  long fileSize(int index) {
    return sizes[index];
  }

  long modifiedSeconds(int index) {
    return modified[index];
  }

  List<String> prefixes() {
    return prefixes;
  }

  /** The object that lacks something, or -1. */
  int incomplete() {
    for (int i = 0; i < keys.size(); i++) {
      if (keys.get(i) == null || etag(i) == null || sizes[i] < 0 || modified[i] == MISSING) {
        return i;
      }
    }
    return -1;
  }

  /** Gives all entries in the order of the keys: answers have the prefixes behind the objects. */
  void give(ListSink sink) {
    int object = 0;
    int prefix = 0;
    while (object < keys.size() || prefix < prefixes.size()) {
      String key = object < keys.size() ? keys.get(object) : null;
      if (key != null
          && (prefix == prefixes.size() || KeyOrder.compare(key, prefixes.get(prefix)) <= 0)) {
        String etag = etag(object);
        sink.object(key, sizes[object], etag == null ? "" : etag, modified[object]);
        object++;
      } else {
        sink.prefix(prefixes.get(prefix++));
      }
    }
  }
}
