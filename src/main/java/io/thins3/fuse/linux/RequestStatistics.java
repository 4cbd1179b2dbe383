package io.thins3.fuse.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many requests came, by operation, and how large READs and WRITEs were. Counted when a request
 * is taken, whatever its answer. Thread-safe; the numbers only grow.
 */
public final class RequestStatistics {
  /** Largest request that the kernel sends: 256 pages. */
  private static final int MAX_SIZE_CLASS = 20;

  private final LongAdder[] counts = adders(Opcode.MAX_NUMBER + 1);
  private final LongAdder[] readSizes = adders(MAX_SIZE_CLASS + 2);
  private final LongAdder[] writeSizes = adders(MAX_SIZE_CLASS + 2);

  RequestStatistics() {}

  private static LongAdder[] adders(int count) {
    LongAdder[] adders = new LongAdder[count];
    for (int i = 0; i < count; i++) {
      adders[i] = new LongAdder();
    }
    return adders;
  }

  void countRequest(Opcode opcode) {
    counts[opcode.number()].increment();
  }

  void countRead(int size) {
    readSizes[sizeClass(size)].increment();
  }

  void countWrite(int size) {
    writeSizes[sizeClass(size)].increment();
  }

  /** Requests of an operation so far. */
  public long count(Opcode opcode) {
    return counts[opcode.number()].sum();
  }

  /**
   * READs that asked for so many bytes, or fewer, down to above the next lower power of two.
   *
   * @param size a power of two from 1 to 1 MiB
   */
  public long reads(int size) {
    return readSizes[sizeClass(size)].sum();
  }

  /**
   * WRITEs of so many bytes, or fewer, down to above the next lower power of two.
   *
   * @param size a power of two from 1 to 1 MiB
   */
  public long writes(int size) {
    return writeSizes[sizeClass(size)].sum();
  }

  /** 0 for 0 and 1, 1 for 2, 2 for 3 and 4, and so on; one class for all that is too large. */
  private static int sizeClass(int size) {
    int sizeClass = size <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(size - 1);
    return Math.min(sizeClass, MAX_SIZE_CLASS + 1);
  }

  /** One line: {@code LOOKUP 12, READ 1024 (1024 KiB: 1000, 128 KiB: 24), WRITE 1 (4 KiB: 1)}. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    for (Opcode opcode : Opcode.values()) {
      long count = count(opcode);
      if (count > 0) {
        LongAdder[] sizes =
            opcode == Opcode.READ ? readSizes : opcode == Opcode.WRITE ? writeSizes : null;
        parts.add(opcode + " " + count + (sizes == null ? "" : " (" + sizes(sizes) + ")"));
      }
    }
    return parts.isEmpty() ? "none" : String.join(", ", parts);
  }

  /** The classes that are not empty, the largest first. */
  private static String sizes(LongAdder[] sizes) {
    List<String> parts = new ArrayList<>();
    for (int i = sizes.length - 1; i >= 0; i--) {
      if (sizes[i].sum() > 0) {
        parts.add((i < 10 ? (1 << i) + " B" : (1 << (i - 10)) + " KiB") + ": " + sizes[i].sum());
      }
    }
    return String.join(", ", parts);
  }
}
