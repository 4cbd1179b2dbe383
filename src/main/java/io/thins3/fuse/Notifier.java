package io.thins3.fuse;

import java.time.Duration;

/**
 * Tells the kernel that something it has cached is not right any more. The calls do not wait: the
 * notices go out in order, by a thread of their own, because the kernel takes them only when it has
 * the pages or the directory unlocked, which can be after the answer to a request that the calling
 * thread is about to give. A notice about what the kernel does not know has no effect. Thread-safe.
 */
public interface Notifier {
  /** The attributes of a node and all its pages are to be asked for again. */
  void invalidate(Node node);

  /**
   * The attributes of a node and some of its pages are to be asked for again.
   *
   * @param offset first byte, not negative
   * @param length bytes, positive
   */
  void invalidatePages(Node node, long offset, long length);

  /** A name in a directory is to be looked up again, whether it was found or found absent. */
  void invalidateEntry(Node parent, String name);

  /** How many nodes the kernel knows. */
  NodeCounts nodeCounts();

  /**
   * Waits until the kernel has taken every notice that was given before this call. Not to be called
   * by a thread that serves a request.
   *
   * @return false when the time was over first
   */
  boolean awaitSent(Duration atMost) throws InterruptedException;
}
