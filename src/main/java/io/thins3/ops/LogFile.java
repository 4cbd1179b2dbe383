package io.thins3.ops;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A log file that makes room for itself, because a mount may live for years: beyond a size it
 * becomes FILE.1, what was FILE.1 becomes FILE.2, and so on; the oldest goes. Only a regular file
 * is renamed. Not thread-safe; the appender writes one line at a time.
 */
final class LogFile extends OutputStream {
  private final Path file;
  private final long largest;
  private final int oldFiles;
  private @Nullable OutputStream out;
  private boolean regular;
  private long size;

  /** Opens the file for appending; its directory is made if it is missing. */
  LogFile(Path file, long largest, int oldFiles) throws IOException {
    this.file = file;
    this.largest = largest;
    this.oldFiles = oldFiles;
    Path directory = file.getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    out = open();
  }

  private OutputStream open() throws IOException {
    OutputStream opened =
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    regular = Files.isRegularFile(file);
    size = regular ? Files.size(file) : 0;
    return opened;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /**
   * Writes a whole line, to the next file if this one would become too large. A line that cannot be
   * written is lost: thrown, the failure would make the appender give up for good, and a full disk
   * has room again some day.
   */
  @Override
  public void write(byte[] bytes, int offset, int length) {
    try {
      OutputStream current = out;
      if (current != null && regular && size > 0 && size + length > largest) {
        close();
        makeRoom();
        current = null;
      }
      if (current == null) {
        current = open();
        out = current;
      }
      current.write(bytes, offset, length);
      size += length;
    } catch (IOException e) {
      close(); // the next line opens it again
    }
  }

  private void makeRoom() throws IOException {
    for (int i = oldFiles - 1; i >= 0; i--) {
      Path from = i == 0 ? file : old(i);
      if (Files.exists(from)) {
        Files.move(from, old(i + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private Path old(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  @Override
  public void close() {
    OutputStream closing = out;
    out = null;
    if (closing == null) {
      return;
    }
    try {
      closing.close();
    } catch (IOException e) {
      // Nothing is buffered here: no line is lost.
    }
  }
}
