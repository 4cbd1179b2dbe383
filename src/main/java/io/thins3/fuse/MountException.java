package io.thins3.fuse;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A mount that could not be made. The message is for the user: one line with the path or option,
 * what is wrong with it, and what to do.
 */
public final class MountException extends Exception {
  /** What stood in the way. */
  public enum Reason {
    /** The mount point does not exist, is no directory, or cannot be read. */
    BAD_MOUNT_POINT,
    /** The mount point has entries, and the option {@code nonempty} is not given. */
    NOT_EMPTY,
    /** Somebody else's healthy mount is there. */
    MOUNTED_ALREADY,
    /** An option that this transport does not know, or its value. */
    BAD_OPTION,
    /** No /dev/fuse, or it cannot be opened. */
    NO_DEVICE,
    /** libfuse, or fusermount, is not installed. */
    NOT_INSTALLED,
    /** The kernel or fusermount refuses. */
    NO_PERMISSION,
    /** Anything else. */
    FAILED
  }

  private final Reason reason;

  /** Creates one. */
  public MountException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** Creates one with the failure behind it. */
  public MountException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = Objects.requireNonNull(reason);
  }

  /** What stood in the way. */
  public Reason reason() {
    return reason;
  }
}
