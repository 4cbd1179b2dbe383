package io.thins3.write;

import io.thins3.store.ObjectStore;
import io.thins3.store.ObjectWriter;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes the files of one bucket. Thread-safe. */
public final class WriteEngine {
  private final WriteParts use;
  private final Executor readers;
  private final WriteCounters counters = new WriteCounters();
  private final Set<WrittenFile> open = ConcurrentHashMap.newKeySet();

  /**
   * Creates one; all collaborators are closed by whoever made them.
   *
   * @param memory for parts
   * @param directory for what is not streamed
   * @param requests sends parts; its tasks never wait for each other
   * @param local works on the disk
   * @param readers runs what waits for a file's turn: nobody waits for these
   */
  public WriteEngine(
      ObjectStore store,
      ObjectWriter writer,
      WriteSettings settings,
      PartMemory memory,
      StagingDirectory directory,
      Executor requests,
      Executor local,
      Executor readers,
      Clock clock) {
    this.readers = readers;
    this.use =
        new WriteParts(
            new Publisher(store, writer, requests, settings, counters),
            memory,
            directory,
            local,
            clock);
  }

  /**
   * Begins to write a file; it is closed by {@link #close}.
   *
   * @param headers what is said of the object
   * @param published what lies there; null: nothing, it is a new file
   * @param exclusive nobody else may create it meanwhile
   * @param onPublished is told of each version, before anybody reads it from the store
   */
  public WrittenFile open(
      String key,
      Map<String, String> headers,
      @Nullable FileVersion published,
      boolean exclusive,
      Consumer<FileVersion> onPublished) {
    WrittenFile file = new WrittenFile(use, key, headers, published, exclusive, onPublished);
    open.add(file);
    return file;
  }

  /** Nobody writes a file any more; what it has not published is thrown away. */
  public void close(WrittenFile file) {
    if (open.remove(file)) {
      file.close();
    }
  }

  /** What sends parts; its tasks never wait for each other. */
  public Executor requests() {
    return use.publisher().executor();
  }

  /** What waits for a file's turn. */
  public Executor readers() {
    return readers;
  }

  /** What is being written. Weakly consistent. */
  public Set<WrittenFile> files() {
    return Set.copyOf(open);
  }

  /** What was done so far. */
  public WriteCounts counts() {
    return counters.counts(open.size(), use.directory().space().taken());
  }
}
