package io.thins3.config;

/** The exit codes of the program (docs/TROUBLESHOOTING.md has the table for users). */
public enum ExitCode {
  /** Success; a mount that ended as it should. */
  OK(0),
  /** A failure that has no code of its own: a bug. */
  INTERNAL(1),
  /** The command line, or a value on it, is wrong. */
  USAGE(2),
  /** The configuration file is missing, unreadable or wrong. */
  CONFIG(3),
  /** A secret file is missing or empty, or no credentials were found. */
  CREDENTIALS(4),
  /** The store cannot be reached. */
  UNREACHABLE(5),
  /** The bucket does not exist. */
  NO_SUCH_BUCKET(6),
  /** The store refuses access: wrong key, or no right. */
  ACCESS_DENIED(7),
  /**
   * The mount point cannot be used: missing, no directory, not empty, or another mount is there.
   */
  MOUNT_POINT(8),
  /**
   * FUSE is not to be had: no /dev/fuse, no permission to mount, no fusermount or libfuse where it
   * is needed.
   */
  FUSE(9),
  /** The launcher found no Java 17 or newer. */
  JAVA(10),
  /** A mount that a command is about cannot be reached by its control socket, or refuses. */
  CONTROL(11);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The number. */
  public int code() {
    return code;
  }
}
