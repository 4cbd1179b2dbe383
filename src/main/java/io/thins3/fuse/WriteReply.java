package io.thins3.fuse;

/** Takes the answer to one WRITE. Exactly one method is called, exactly once, by any thread. */
public interface WriteReply {
  /** All bytes were taken. */
  void written();

  /** Fails the write. */
  void error(Errno errno);
}
