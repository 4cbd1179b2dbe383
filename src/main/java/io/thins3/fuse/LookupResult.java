package io.thins3.fuse;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a lookup: an entry, or the statement that there is none and for how long that may
 * be believed.
 */
public final class LookupResult {
  private final @Nullable Entry entry;
  private final Duration negativeTtl;

  private LookupResult(@Nullable Entry entry, Duration negativeTtl) {
    this.entry = entry;
    this.negativeTtl = negativeTtl;
  }

  /** The name exists. */
  public static LookupResult found(Entry entry) {
    return new LookupResult(Objects.requireNonNull(entry), Duration.ZERO);
  }

  /**
   * The name does not exist.
   *
   * @param negativeTtl how long the kernel may answer for us; zero: not at all
   */
  public static LookupResult absent(Duration negativeTtl) {
    return new LookupResult(null, Objects.requireNonNull(negativeTtl));
  }

  /** The entry, or null when the name does not exist. */
  public @Nullable Entry entry() {
    return entry;
  }

  /** How long a negative answer may be believed; zero for an entry. */
  public Duration negativeTtl() {
    return negativeTtl;
  }
}
