package io.thins3.fuse.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's read-ahead of one mount. It bounds size and number of the READs that come through
 * the page cache, whatever INIT says: with the default of 128 KiB they are two of 128 KiB.
 */
final class ReadAhead {
  /** As much as one request holds, in bytes. */
  static final int DEFAULT = Connection.MAX_WRITE;

  private static final Logger log = LoggerFactory.getLogger(ReadAhead.class);

  private ReadAhead() {}

  /**
   * Sets it, where that is permitted: in a container /sys is often read-only.
   *
   * @param device {@code major:minor} of the mount
   * @param bytes the most that is read ahead; the kernel counts in KiB
   */
  static void set(String device, int bytes) {
    Path file = Path.of("/sys/class/bdi", device, "read_ahead_kb");
    try {
      Files.writeString(file, Integer.toString(bytes >> 10));
    } catch (IOException e) {
      log.debug("read-ahead stays as it is, and READs small: {}", e.toString());
    }
  }
}
