package io.thins3.fuse;

import java.time.Duration;

/** A way to the kernel: mounts a file system and carries requests and answers. */
public interface Transport {
  /** The name users choose it by ({@code --transport}). */
  String name();

  /**
   * Mounts and serves. The mount point has been checked and is free.
   *
   * @return a session whose mount is proved to be there (it stands in mountinfo) and answers
   * @throws MountException when it cannot be mounted; nothing is left behind then
   */
  Session mount(FileSystem fileSystem, MountSpec spec) throws MountException;

  /** A served mount. Thread-safe. */
  interface Session {
    /**
     * Waits until the mount has ended, by {@link #unmount} or from outside, no request is being
     * served any more, and the file system has drained ({@link FileSystem#drain}).
     */
    void awaitEnd() throws InterruptedException;

    /** Whether {@link #awaitEnd} would return at once. */
    boolean ended();

    /**
     * Unmounts, plainly or, when the mount is busy, lazily; does nothing when the mount has ended
     * or when the topmost mount at the mount point is not this session's. Does not wait for the
     * end.
     *
     * @return true when it is gone plainly, so that the end comes by itself; false when somebody
     *     still uses it, or it is still there
     */
    boolean unmount();

    /**
     * From now on no file can be opened or created (ESHUTDOWN); what is open goes on. Does nothing
     * where a transport cannot refuse.
     */
    default void refuseOpens() {}

    /**
     * Waits until no request is being served.
     *
     * @return false when the deadline passed first; a transport that cannot tell says true at once
     */
    default boolean awaitQuiet(Duration deadline) throws InterruptedException {
      return true;
    }

    /**
     * Whether somebody has a file open, or waits for an answer: what would be cut off if the
     * process ended now. A transport that cannot tell says true.
     */
    default boolean inUse() {
      return true;
    }
  }
}
