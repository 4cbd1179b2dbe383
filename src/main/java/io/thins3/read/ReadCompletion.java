package io.thins3.read;

import io.thins3.store.StoreException;
import java.nio.ByteBuffer;
import java.util.List;

/** Takes the outcome of one read: one of its methods is called, once, by any thread. */
public interface ReadCompletion {
  /**
   * The bytes, in order; fewer than asked for at the end of the file only. They may be used until
   * the method returns.
   */
  void data(List<ByteBuffer> buffers);

  /** The read failed. */
  void failed(StoreException failure);
}
