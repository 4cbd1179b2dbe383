package io.thins3.write;

import io.thins3.write.Extent.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Where the bytes of a file are: extents without gaps and overlaps from 0 to its size, neighbours
 * of different sources. Not thread-safe.
 */
final class ExtentMap {
  private final NavigableMap<Long, Extent> extents = new TreeMap<>();

  /** A file that lies in the store whole. */
  static ExtentMap published(long size) {
    ExtentMap map = new ExtentMap();
    map.set(0, size, Source.PUBLISHED);
    return map;
  }

  /** Bytes of the file. */
  long size() {
    Map.Entry<Long, Extent> last = extents.lastEntry();
    return last == null ? 0 : last.getValue().end();
  }

  /** From now on a range is there; a file that ends before it gets a hole. */
  void set(long offset, long length, Source source) {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException(length + " bytes from " + offset);
    }
    if (length == 0) {
      return;
    }
    long size = size();
    if (offset > size) {
      put(new Extent(size, offset - size, Source.HOLE));
    }
    cut(offset);
    cut(offset + length);
    extents.subMap(offset, true, offset + length, false).clear();
    put(new Extent(offset, length, source));
  }

  /** Cuts the file, or lengthens it by a hole. */
  void resize(long size) {
    long now = size();
    if (size > now) {
      put(new Extent(now, size - now, Source.HOLE));
    } else {
      cut(size);
      extents.tailMap(size, true).clear();
    }
  }

  /** The extents of a range, cut to it; what lies beyond the end is left out. */
  List<Extent> within(long from, long to) {
    List<Extent> found = new ArrayList<>();
    Long first = extents.floorKey(from);
    for (Extent extent : extents.tailMap(first == null ? from : first, true).values()) {
      if (extent.offset() >= to) {
        break;
      }
      long begin = Math.max(from, extent.offset());
      long end = Math.min(to, extent.end());
      if (begin < end) {
        found.add(new Extent(begin, end - begin, extent.source()));
      }
    }
    return found;
  }

  /** All extents. */
  List<Extent> all() {
    return List.copyOf(extents.values());
  }

  /** Whether a range has bytes of a source. */
  boolean has(long from, long to, Source source) {
    return within(from, to).stream().anyMatch(extent -> extent.source() == source);
  }

  /** Bytes of a range that a source has. */
  long bytes(long from, long to, Source source) {
    return within(from, to).stream()
        .filter(extent -> extent.source() == source)
        .mapToLong(Extent::length)
        .sum();
  }

  /** Divides the extent that holds a byte and its predecessor. */
  private void cut(long at) {
    Map.Entry<Long, Extent> found = extents.lowerEntry(at);
    if (found != null && found.getValue().end() > at) {
      Extent whole = found.getValue();
      extents.put(whole.offset(), new Extent(whole.offset(), at - whole.offset(), whole.source()));
      extents.put(at, new Extent(at, whole.end() - at, whole.source()));
    }
  }

  /** Puts an extent where there is none, and joins it with its neighbours. */
  private void put(Extent extent) {
    Extent joined = extent;
    Map.Entry<Long, Extent> before = extents.lowerEntry(extent.offset());
    if (before != null
        && before.getValue().end() == extent.offset()
        && before.getValue().source() == extent.source()) {
      joined =
          new Extent(
              before.getKey(), before.getValue().length() + extent.length(), extent.source());
    }
    Extent after = extents.get(extent.end());
    if (after != null && after.source() == extent.source()) {
      extents.remove(after.offset());
      joined = new Extent(joined.offset(), joined.length() + after.length(), extent.source());
    }
    extents.put(joined.offset(), joined);
  }
}
