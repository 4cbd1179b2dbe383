package io.thins3.meta;

import io.thins3.store.StoreException;
import io.thins3.store.StoreWait;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads a directory's entries from one listing by their positions, which stay what they are
 * whatever changes meanwhile: no entry that was there all the time is left out, none comes twice.
 * Of a directory that is too large for the metadata cache this holds for reading on; who goes back
 * far behind its beginning has that part listed anew. Thread-safe; no lock is held while it waits.
 */
public final class DirectoryReader {
  /**
   * Some entries that follow each other.
   *
   * @param start position of the first
   * @param validFor how long they may still be believed, as in {@link Lookup}
   */
  public record Part(ListedEntries entries, long start, Duration validFor) {}

  private final DirectoryScan first;
  private final LongFunction<Duration> validFor;
  private final Refreshes refreshes;
  private final long mark;
  private final Duration deadline;
  private final String what;
  private volatile DirectoryScan scan;

  /**
   * @param mark of before the scan was begun, or found
   * @param validFor by the time of the request
   * @param deadline longest wait for a page
   */
  DirectoryReader(
      DirectoryScan scan,
      Refreshes refreshes,
      long mark,
      LongFunction<Duration> validFor,
      Duration deadline,
      String what) {
    this.first = scan;
    this.scan = scan;
    this.refreshes = refreshes;
    this.mark = mark;
    this.validFor = validFor;
    this.deadline = deadline;
    this.what = what;
  }

  /**
   * The entries at a position and behind it; waits until they are there.
   *
   * @return null when the directory has no entries there
   */
  public @Nullable Part at(long position) throws StoreException {
    while (true) {
      DirectoryScan current = scan;
      DirectoryScan.Place place = current.at(position);
      switch (place.step()) {
        case PART -> {
          DirectoryScan.Part part = Objects.requireNonNull(place.part());
          return new Part(part.entries(), part.start(), validFor.apply(part.fetchedAt()));
        }
        case END -> {
          return null;
        }
        case LATER -> {
          CompletableFuture<Void> arrival = Objects.requireNonNull(place.arrival());
          StoreWait.await(arrival, deadline, what);
        }
        case BEYOND -> scan = current.beyond();
        case FORGOTTEN -> scan = first;
      }
    }
  }

  /** Whether {@link #at} answers without waiting. What it would wait for is asked for. */
  public boolean isReady(long position) {
    DirectoryScan.Step step = scan.at(position).step();
    return step == DirectoryScan.Step.PART || step == DirectoryScan.Step.END;
  }

  /**
   * Whether an entry was refreshed since this listing was begun: it is read to its end all the
   * same, but nobody is to believe that entry after that.
   *
   * @param path of the entry, not its name
   */
  public boolean isRefreshed(String path) {
    return refreshes.cover(mark, path);
  }
}
