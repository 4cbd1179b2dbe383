package io.thins3.meta;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells when names of one directory are asked for one after the other ({@code stat *}, {@code
 * make}, an interpreter's search for modules): the {@value #NAMES}th name within a second pays for
 * a listing, which knows a thousand of them. Thread-safe.
 */
final class LookupBursts {
  /** Different names that make a burst. A lookup is two requests, so that listings double them. */
  static final int NAMES = 4;

  private static final long WINDOW = Duration.ofSeconds(1).toNanos();

  /** Directories that are watched at a time. */
  private static final int DIRECTORIES = 64;

  /** The last names asked for in a directory, and when. */
  private static final class Asked {
    private final String[] names = new String[NAMES];
    private final long[] times = new long[NAMES];
    private int count;

    /** Whether this name completes a burst, which ends with it. */
    boolean add(String name, long now) {
      for (int i = 0; i < Math.min(count, NAMES); i++) {
        if (name.equals(names[i])) {
          return false;
        }
      }
      int place = count % NAMES;
      names[place] = name;
      times[place] = now;
      count++;
      if (count < NAMES || now - times[count % NAMES] > WINDOW) {
        return false;
      }
      count = 0;
      return true;
    }
  }

  private final Ticker ticker;
  private final Map<String, Asked> directories = // guarded by this
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Asked> eldest) {
          return size() > DIRECTORIES;
        }
      };

  LookupBursts(Ticker ticker) {
    this.ticker = ticker;
  }

  /** A name is asked for in the store. Whether its directory is to be listed now. */
  synchronized boolean asked(String directory, String name) {
    return directories.computeIfAbsent(directory, path -> new Asked()).add(name, ticker.read());
  }
}
