package io.thins3.cli;

import io.thins3.config.ExitCode;
import io.thins3.config.UserException;
import io.thins3.meta.CacheLimits;
import org.jspecify.annotations.Nullable;

/** How much of the heap is for what is known of names ({@code --metadata-memory}). */
final class MetadataMemory {
  /** The rest is for the program: requests, listings under way, the kernel's nodes. */
  private static final int MOST_PERCENT = 60;

  private MetadataMemory() {}

  /**
   * The limits.
   *
   * @param asked bytes; null: a quarter of the heap
   * @param heap most bytes of the heap
   * @throws UserException when the heap has no room for it
   */
  static CacheLimits limits(@Nullable Long asked, long heap) throws UserException {
    if (asked == null) {
      return CacheLimits.ofBytes(heap / 4);
    }
    if (asked > heap / 100 * MOST_PERCENT) {
      throw new UserException(
          ExitCode.USAGE,
          "metadata-memory of %d MiB does not fit into a heap of %d MiB, of which it may take %d %%: set"
                  .formatted(mib(asked), mib(heap), MOST_PERCENT)
              + " THINS3_JAVA_OPTS=-Xmx%dm, or a smaller metadata-memory"
                  .formatted(mib(asked) * 100 / MOST_PERCENT + 64));
    }
    return CacheLimits.ofBytes(asked);
  }

  private static long mib(long bytes) {
    return bytes >> 20;
  }
}
