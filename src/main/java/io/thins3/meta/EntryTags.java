package io.thins3.meta;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * ETags in 16 bytes each: nearly all are an MD5 in hexadecimal, within quotes, with the number of
 * parts of a multipart upload behind it. What looks otherwise is kept as text. Immutable once
 * {@link Builder#build built}.
 */
final class EntryTags {
  private static final int DIGITS = 32;

  /** In the column of parts: not one of a multipart upload. */
  private static final int NO_PARTS = 0;

  private final long[] high;
  private final long[] low;
  private final int @Nullable [] parts;
  private final Map<Integer, String> others;

  private EntryTags(long[] high, long[] low, int @Nullable [] parts, Map<Integer, String> others) {
    this.high = high;
    this.low = low;
    this.parts = parts;
    this.others = others;
  }

  /** The ETag of an entry, as the store sent it. */
  String get(int index) {
    String other = others.isEmpty() ? null : others.get(index);
    if (other != null) {
      return other;
    }
    StringBuilder text = new StringBuilder(DIGITS + 8).append('"');
    hexadecimal(high[index], text);
    hexadecimal(low[index], text);
    if (parts != null && parts[index] != NO_PARTS) {
      text.append('-').append(parts[index]);
    }
    return text.append('"').toString();
  }

  private static void hexadecimal(long number, StringBuilder text) {
    for (int shift = 60; shift >= 0; shift -= 4) {
      text.append(Character.forDigit((int) (number >>> shift) & 0xf, 16));
    }
  }

  /** Bytes of memory, about. */
  long bytes() {
    long bytes = 16L * high.length + (parts == null ? 0 : 4L * parts.length);
    for (String other : others.values()) {
      bytes += 120 + 2L * other.length();
    }
    return bytes;
  }

  /** Not thread-safe. */
  static final class Builder {
    private long[] high = new long[16];
    private long[] low = new long[16];
    private int @Nullable [] parts;
    private final Map<Integer, String> others = new HashMap<>();
    private int count;

    void add(String etag) {
      if (count == high.length) {
        high = Arrays.copyOf(high, 2 * count);
        low = Arrays.copyOf(low, 2 * count);
        parts = parts == null ? null : Arrays.copyOf(parts, 2 * count);
      }
      if (!addNumber(etag)) {
        others.put(count, etag);
      }
      count++;
    }

    private boolean addNumber(String etag) {
      int last = etag.length() - 1;
      if (last <= DIGITS || etag.charAt(0) != '"' || etag.charAt(last) != '"') {
        return false;
      }
      int partCount = NO_PARTS;
      if (last > DIGITS + 1) {
        partCount = parts(etag, last);
        if (partCount == NO_PARTS) {
          return false;
        }
      }
      long number = 0;
      for (int i = 1; i <= DIGITS; i++) {
        char c = etag.charAt(i);
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) {
          return false;
        }
        number = number << 4 | digit;
        if (i == DIGITS / 2) {
          high[count] = number;
          number = 0;
        }
      }
      low[count] = number;
      if (partCount != NO_PARTS) {
        if (parts == null) {
          parts = new int[high.length];
        }
        parts[count] = partCount;
      }
      return true;
    }

    /** The number of parts behind the digits, or {@link #NO_PARTS} when it is not one. */
    private static int parts(String etag, int end) {
      int first = DIGITS + 2;
      if (etag.charAt(first - 1) != '-' || end == first || end - first > 6) {
        return NO_PARTS;
      }
      int number = 0;
      for (int i = first; i < end; i++) {
        char c = etag.charAt(i);
        if (c < '0' || c > '9' || (c == '0' && i == first)) {
          return NO_PARTS;
        }
        number = 10 * number + c - '0';
      }
      return number;
    }

    EntryTags build() {
      return new EntryTags(
          Arrays.copyOf(high, count),
          Arrays.copyOf(low, count),
          parts == null ? null : Arrays.copyOf(parts, count),
          others.isEmpty() ? Map.of() : Map.copyOf(others));
    }
  }
}
