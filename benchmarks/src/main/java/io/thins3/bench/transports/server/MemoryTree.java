package io.thins3.bench.transports.server;

import io.thins3.fuse.FileType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What all servers serve: two large files of a pattern that repeats, small files, and directories
 * with many entries ({@link ServedNames}). The pattern lies in direct memory, where a transport can
 * hand it to the kernel without a copy. Thread-safe once built.
 */
final class MemoryTree {
  /** A power of two, larger than a processor's second-level cache. */
  static final int PATTERN_BYTES = 8 << 20;

  private static final long PATTERN_SEED = 42;

  private final MemoryNode root;
  private final ByteBuffer pattern;
  private final LongAdder answers = new LongAdder();
  private long inos = 1;

  /**
   * @param entries of each directory for listing
   */
  MemoryTree(int entries) {
    root = node("", FileType.DIRECTORY, 0, false);
    root.add(node(ServedNames.PROMPT, FileType.REGULAR, ServedNames.LARGE_BYTES, false));
    root.add(node(ServedNames.LATE, FileType.REGULAR, ServedNames.LARGE_BYTES, true));
    for (int i = 0; i < ServedNames.SMALL_FILES; i++) {
      root.add(node(ServedNames.small(i), FileType.REGULAR, i, false));
    }
    for (int d = 0; d < ServedNames.DIRECTORIES; d++) {
      MemoryNode directory = node(ServedNames.directory(d), FileType.DIRECTORY, 0, false);
      for (int i = 0; i < entries; i++) {
        directory.add(node(ServedNames.entry(i), FileType.REGULAR, i, false));
      }
      root.add(directory);
    }
    byte[] bytes = new byte[1 << 20];
    Random random = new Random(PATTERN_SEED);
    pattern = ByteBuffer.allocateDirect(PATTERN_BYTES);
    while (pattern.hasRemaining()) {
      random.nextBytes(bytes);
      pattern.put(bytes);
    }
    pattern.clear();
  }

  private MemoryNode node(String name, FileType type, long size, boolean late) {
    return new MemoryNode(name, inos++, type, size, late);
  }

  MemoryNode root() {
    return root;
  }

  /** All of the pattern. */
  ByteBuffer pattern() {
    return pattern.duplicate();
  }

  /** Walks a path that begins with a slash. */
  @Nullable MemoryNode find(String path) {
    MemoryNode node = root;
    for (int start = 1; start < path.length() && node != null; ) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      node = node.child(path.substring(start, end));
      start = end + 1;
    }
    return node;
  }

  /** How much of a range a file has. */
  static int length(MemoryNode file, long offset, long size) {
    return (int) Math.max(0, Math.min(size, file.attributes.size() - offset));
  }

  /** The bytes of a range that is in a file, where they lie. */
  List<ByteBuffer> bytes(long offset, int length) {
    int at = (int) (offset % PATTERN_BYTES);
    int first = Math.min(length, PATTERN_BYTES - at);
    ByteBuffer piece = pattern.slice(at, first);
    return first == length ? List.of(piece) : List.of(piece, pattern.slice(0, length - first));
  }

  /** An answer with attributes is given. */
  void countAnswer() {
    answers.increment();
  }

  /**
   * How many answers with attributes were given. As statfs shows it, in blocks, the load can see
   * whether what it asked for came here or was answered by the kernel.
   */
  long answers() {
    return answers.sum();
  }
}
