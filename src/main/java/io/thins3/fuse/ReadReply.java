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

  /**
   * Asks to be told when nobody waits for this answer any more, because the calling program was
   * interrupted or killed, so that work which only it needed can be given up. The reply is still to
   * be called; what it is given is dropped.
   *
   * @param action run at most once, by any thread, at once when it is too late already; must not
   *     wait
   */
  default void onInterrupt(Runnable action) {}
}
