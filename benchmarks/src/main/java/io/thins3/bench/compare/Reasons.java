package io.thins3.bench.compare;

import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a step failed, in one line, without the names of temporary directories. */
public final class Reasons {
  private static final int LONGEST = 200;

  private Reasons() {}

  /** Of a failure. */
  public static String of(Throwable failure) {
    String text =
        failure instanceof FileSystemException e
            ? fileSystem(e)
            : failure.getMessage() == null ? failure.toString() : failure.getMessage();
    String line =
        text.replaceAll("[^\\s'\"]*thins3-bench-[^\\s'\"]*/mnt/[^/\\s'\"]+", "MOUNT")
            .lines()
            .findFirst()
            .orElse("")
            .strip();
    return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
  }

  /** NIO keeps the system's own words as the reason, or a class of its own instead of them. */
  private static String fileSystem(FileSystemException e) {
    String file = e.getFile() == null ? "" : e.getFile() + ": ";
    if (e instanceof AtomicMoveNotSupportedException) {
      return file + "rename refused: " + e.getReason();
    }
    if (e.getReason() != null) {
      return file + e.getReason();
    }
    if (e instanceof NoSuchFileException) {
      return file + "No such file or directory";
    }
    if (e instanceof AccessDeniedException) {
      return file + "Permission denied";
    }
    return e instanceof FileAlreadyExistsException ? file + "File exists" : e.toString();
  }
}
