package io.thins3.fuse;

import java.util.Objects;

/**
 * The failure of one operation, as the errno that the caller gets. It carries no stack trace: it is
 * an answer (most often ENOENT), not an accident; accidents are logged where they are found.
 */
public final class FuseException extends Exception {
  private final Errno errno;

  /** A failure that needs no words: the errno says it all. */
  public FuseException(Errno errno) {
    this(errno, errno.name(), null);
  }

  /** A failure with its explanation and cause. */
  public FuseException(
      Errno errno, String message, @org.jspecify.annotations.Nullable Throwable cause) {
    super(message, cause, false, false);
    this.errno = Objects.requireNonNull(errno);
  }

  /** What the caller is told. */
  public Errno errno() {
    return errno;
  }
}
