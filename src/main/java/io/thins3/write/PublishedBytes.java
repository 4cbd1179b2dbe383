package io.thins3.write;

import java.nio.ByteBuffer;

/** Reads bytes of published objects. Thread-safe. */
@FunctionalInterface
public interface PublishedBytes {
  /**
   * Fills a buffer; waits.
   *
   * @param version the object
   */
  void read(FileVersion version, long offset, ByteBuffer target) throws WriteException;
}
