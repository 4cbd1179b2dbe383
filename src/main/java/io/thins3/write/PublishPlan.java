package io.thins3.write;

import io.thins3.store.UploadedPart;
import io.thins3.write.Extent.Source;
import java.util.ArrayList;
import java.util.List;

/**
 * How a changed file becomes an object with little transfer: ranges that did not change are copied
 * on the server, the others are sent.
 *
 * <pre>
 *   extents   | published ........ |st| published |st| hole ...|
 *   parts     | COPY            | SEND           | SEND        |
 *                                ^ the edge that a part needs to have 5 MiB
 * </pre>
 *
 * @param parts in order, without gaps; those that are sent have their published bytes fetched first
 */
record PublishPlan(List<Piece> parts) {
  /** Bytes of a part that is sent, unless there would be too many. */
  private static final long SENT_BYTES = 16L << 20;

  /**
   * One part.
   *
   * @param copied whether the server copies it
   */
  record Piece(long offset, long length, boolean copied) {
    long end() {
      return offset + length;
    }
  }

  PublishPlan {
    parts = List.copyOf(parts);
  }

  /**
   * Plans.
   *
   * @param extents of the whole file, which is larger than 0
   */
  static PublishPlan of(ExtentMap extents) {
    List<Piece> runs = new ArrayList<>();
    long size = extents.size();
    long at = 0;
    for (Extent extent : extents.all()) {
      long begin = Math.max(at, extent.offset());
      long length = extent.end() - begin;
      if (extent.source() != Source.PUBLISHED || length < UploadedPart.LEAST_BYTES) {
        continue; // becomes part of what is sent
      }
      long before = begin - at;
      if (before > 0 && before < UploadedPart.LEAST_BYTES) {
        // What is sent in front of it is too short for a part: it takes an edge of the copy.
        long edge = UploadedPart.LEAST_BYTES - before;
        if (length - edge < UploadedPart.LEAST_BYTES && extent.end() < size) {
          continue;
        }
        if (length <= edge) {
          continue;
        }
        begin += edge;
      }
      if (begin > at) {
        runs.add(new Piece(at, begin - at, false));
      }
      runs.add(new Piece(begin, extent.end() - begin, true));
      at = extent.end();
    }
    if (at < size) {
      runs.add(new Piece(at, size - at, false));
    }
    return new PublishPlan(cut(runs));
  }

  /** Cuts what is too long for one part. */
  private static List<Piece> cut(List<Piece> runs) {
    long sent = runs.stream().filter(run -> !run.copied).mapToLong(Piece::length).sum();
    long copies = runs.stream().filter(Piece::copied).count();
    // A run may leave a rest, hence twice as many parts as the bytes alone need.
    long partBytes =
        Math.max(SENT_BYTES, sent / Math.max(1, (UploadedPart.MOST - 2 * copies - 1100) / 2));
    List<Piece> parts = new ArrayList<>();
    for (Piece run : runs) {
      long most = run.copied ? UploadedPart.MOST_BYTES : partBytes;
      long at = run.offset;
      while (at < run.end()) {
        long length = Math.min(most, run.end() - at);
        long rest = run.end() - at - length;
        if (rest > 0 && rest < UploadedPart.LEAST_BYTES) {
          length -= UploadedPart.LEAST_BYTES - rest;
        }
        parts.add(new Piece(at, length, run.copied));
        at += length;
      }
    }
    return parts;
  }

  /** Bytes that are sent. */
  long sentBytes() {
    return parts.stream().filter(part -> !part.copied).mapToLong(Piece::length).sum();
  }

  /** Whether the server copies anything. */
  boolean hasCopies() {
    return parts.stream().anyMatch(Piece::copied);
  }
}
