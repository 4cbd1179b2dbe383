package io.thins3.meta;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.store.ListSink;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings the keys of one directory, as a store lists them, into {@link NameOrder}. The two orders
 * differ in this alone: a file {@code n} is listed before {@code n-1} and belongs behind it, where
 * {@code n/} may come, which hides the file. So each file is held back until the listing has passed
 * its place. Those that are held are a stack, each a prefix of the next.
 *
 * <pre>
 *   listed:  a   a-b   a.c   a/   b        held:   a    a a-b   a a.c   (a/: a is hidden)   b
 *   given:            a-b   a.c a/   b
 * </pre>
 *
 * <p>What a store lists in another order all the same (none should) is kept until the end. Not
 * thread-safe.
 */
final class LevelOrder implements ListSink {
  /** A file that is held back. */
  static final class Held {
    private final byte[] name;
    private final long size;
    private final String etag;
    private final long modifiedSeconds;

    Held(byte[] name, long size, String etag, long modifiedSeconds) {
      this.name = name;
      this.size = size;
      this.etag = etag;
      this.modifiedSeconds = modifiedSeconds;
    }
  }

  private final int prefixLength;
  private final Consumer<String> hidden;
  private final List<Held> held;
  private final Map<byte[], Metadata> late = new TreeMap<>(NameOrder::compare);
  private ListedEntries.Builder entries = new ListedEntries.Builder();
  private byte @Nullable [] last;
  private @Nullable String lastKey;

  /**
   * @param prefix of the directory's keys
   * @param hidden takes keys that no path leads to
   */
  LevelOrder(String prefix, Consumer<String> hidden) {
    this(prefix, hidden, List.of(), null);
  }

  /**
   * One that goes on where another one was.
   *
   * @param held what was held back there
   * @param last the name that was given last; null: none
   */
  LevelOrder(String prefix, Consumer<String> hidden, List<Held> held, byte @Nullable [] last) {
    this.prefixLength = prefix.length();
    this.hidden = hidden;
    this.held = new ArrayList<>(held);
    this.last = last;
  }

  @Override
  public void object(String key, long size, String etag, long modifiedSeconds) {
    lastKey = key;
    String name = key.substring(prefixLength);
    if (name.isEmpty()) { // the directory's own marker
      return;
    }
    if (!Names.isReachable(name)) {
      hidden.accept(key);
      return;
    }
    byte[] bytes = name.getBytes(UTF_8);
    passed(bytes, false);
    held.add(new Held(bytes, size, etag, modifiedSeconds));
  }

  @Override
  public void prefix(String prefix) {
    lastKey = prefix;
    String name = prefix.substring(prefixLength, prefix.length() - 1);
    if (!Names.isReachable(name)) {
      hidden.accept(prefix);
      return;
    }
    directory(name.getBytes(UTF_8));
  }

  /** A directory, which may be met several times in a row. */
  void directory(byte[] name) {
    passed(name, true);
    if (!held.isEmpty() && NameOrder.compare(held.get(held.size() - 1).name, name) == 0) {
      held.remove(held.size() - 1); // the directory wins
    }
    if (isNext(name)) {
      entries.addDirectory(name);
      last = name;
    } else if (!isLast(name)) {
      late.put(name, new Metadata.DirectoryMetadata());
    }
  }

  /** Gives the held files that a directory of their name cannot come for any more. */
  private void passed(byte[] name, boolean directory) {
    while (!held.isEmpty()) {
      Held top = held.get(held.size() - 1);
      if (!isBehind(top.name, name, directory)) {
        return;
      }
      held.remove(held.size() - 1);
      give(top);
    }
  }

  /** Whether a key stands behind {@code file + "/"}. */
  private static boolean isBehind(byte[] file, byte[] name, boolean directory) {
    if (directory) {
      return NameOrder.compare(file, name) < 0;
    }
    int shorter = Math.min(file.length, name.length);
    int mismatch = Arrays.mismatch(file, 0, shorter, name, 0, shorter);
    if (mismatch >= 0) {
      return (file[mismatch] & 0xff) < (name[mismatch] & 0xff);
    }
    return name.length > file.length && (name[file.length] & 0xff) > '/';
  }

  private void give(Held file) {
    if (isNext(file.name)) {
      entries.addFile(file.name, file.size, file.etag, file.modifiedSeconds);
      last = file.name;
    } else if (!isLast(file.name)) {
      late.putIfAbsent(
          file.name,
          new FileMetadata(file.size, file.etag, Instant.ofEpochSecond(file.modifiedSeconds)));
    }
  }

  private boolean isNext(byte[] name) {
    return last == null || NameOrder.compare(last, name) < 0;
  }

  private boolean isLast(byte[] name) {
    return last != null && NameOrder.compare(last, name) == 0;
  }

  /** The listing is over: nothing is held back any more. */
  void end() {
    for (int i = held.size() - 1; i >= 0; i--) {
      give(held.get(i));
    }
    held.clear();
  }

  /** The entries since the last call, in order. */
  ListedEntries take() {
    ListedEntries taken = entries.build();
    entries = new ListedEntries.Builder();
    return taken;
  }

  /** What is held back now. */
  List<Held> held() {
    return List.copyOf(held);
  }

  /** The key or prefix that was listed last; null: none. */
  @Nullable String lastKey() {
    return lastKey;
  }

  /** The name that was given last. */
  byte @Nullable [] last() {
    return last;
  }

  /** What came in another order than that of keys, and is in no entries that were taken. */
  Map<byte[], Metadata> late() {
    return late;
  }
}
