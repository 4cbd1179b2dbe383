package io.thins3.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Makes records of the entries of a page. Not thread-safe. */
final class PageSink implements ListSink {
  private final List<ObjectInfo> objects = new ArrayList<>();
  private final List<String> prefixes = new ArrayList<>();

  @Override
  public void object(String key, long size, String etag, long modifiedSeconds) {
    objects.add(new ObjectInfo(key, size, etag, Instant.ofEpochSecond(modifiedSeconds)));
  }

  @Override
  public void prefix(String prefix) {
    prefixes.add(prefix);
  }

  List<ObjectInfo> objects() {
    return objects;
  }

  List<String> prefixes() {
    return prefixes;
  }
}
