package io.thins3.fuse.linux;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A connection to the kernel's FUSE module: requests come out of it, answers and notices go in.
 * Thread-safe.
 */
interface Device {
  /**
   * Waits for the next request.
   *
   * @return its length in bytes, or a negative errno: ENODEV when the mount has ended, ECONNABORTED
   *     when it was aborted; after ENOENT, EINTR and EAGAIN it may be asked again
   */
  int read(NativeBuffer into);

  /**
   * Hands an answer or a notice to the kernel.
   *
   * @param length bytes from the beginning of the buffer, the header among them
   * @return 0, or a positive errno: ENOENT when nobody waits for this answer any more
   */
  int write(NativeBuffer answer, int length);

  /**
   * Hands an answer to the kernel whose body lies elsewhere, without copying it where the buffers
   * are direct.
   *
   * @param answer begins with the header; what is behind it is overwritten
   * @param data the remaining bytes are the body; positions do not move
   * @return as {@link #write(NativeBuffer, int)}
   */
  int write(NativeBuffer answer, List<ByteBuffer> data);

  /**
   * Ends the reading: reads give ENODEV, and wake up for it, while what is in service can still be
   * answered. To be called where the mount itself does not end, and {@link #close} in the end.
   */
  default void stopReading() {
    close();
  }

  /**
   * Ends the connection: reads give ENODEV, and what is written is dropped with ENODEV. Does not
   * wait for threads that are in a call.
   */
  void close();
}
