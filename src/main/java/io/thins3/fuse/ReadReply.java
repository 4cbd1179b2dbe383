package io.thins3.fuse;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Takes the answer to one READ. Exactly one of its methods is called, exactly once, by any thread;
 * a second call is an {@link IllegalStateException}. The bytes have been handed to the kernel when
 * {@link #data} returns, so the caller may release the buffers then.
 */
public interface ReadReply {
  /**
   * Answers with the remaining bytes of the buffers, in order. Fewer bytes than asked for mean end
   * of file; the kernel fills the rest with zeros and believes it, so a short answer for any other
   * reason is corruption: use {@link #error}.
   *
   * @param buffers at most as many remaining bytes as the request asked for; the positions do not
   *     move
   */
  void data(List<ByteBuffer> buffers);

  /** Fails the read. */
  void error(Errno errno);
}
