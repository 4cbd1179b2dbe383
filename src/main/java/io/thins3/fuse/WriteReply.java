package io.thins3.fuse;

/** Takes the answer to one WRITE. Exactly one method is called, exactly once, by any thread. */
public interface WriteReply {
  /** All bytes were taken. */
  void written();

  /** Fails the write. */
  void error(Errno errno);

  /**
   * Whether the writer may not leave the file its privileges, and they are to be taken away: {@link
   * OpenFlags#KILL_PRIVILEGES}.
   */
  default boolean killsPrivileges() {
    return false;
  }

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
