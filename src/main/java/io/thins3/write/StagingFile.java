package io.thins3.write;

import io.thins3.write.WriteException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sparse file of the staging directory. Thread-safe, but for its end. To be used by threads that
 * nobody interrupts: an interrupt closes a channel.
 */
final class StagingFile {
  private static final Logger log = LoggerFactory.getLogger(StagingFile.class);

  private final Path path;
  private final FileChannel channel;

  StagingFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  Path path() {
    return path;
  }

  /** Writes all that a buffer holds; its position moves. */
  void write(long offset, ByteBuffer data) throws WriteException {
    long at = offset;
    try {
      while (data.hasRemaining()) {
        at += channel.write(data, at);
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Fills a buffer; what was never written is zeros, beyond the end too. */
  void read(long offset, ByteBuffer target) throws WriteException {
    long at = offset;
    try {
      while (target.hasRemaining()) {
        int count = channel.read(target, at);
        if (count < 0) {
          Zeros.put(target, target.remaining());
          return;
        }
        at += count;
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private WriteException failure(IOException e) {
    boolean full = String.valueOf(e.getMessage()).contains("No space left");
    return new WriteException(
        full ? Kind.NO_SPACE : Kind.LOCAL, "the staging file " + path + ": " + e, e);
  }

  /** Closes it and takes it away. */
  void delete() {
    try {
      channel.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      log.warn("the staging file {} stays: {}", path, e.toString());
    }
  }

  /** Closes it; it stays where it is. */
  void keep() {
    try {
      channel.close();
    } catch (IOException e) {
      log.warn("the staging file {}: {}", path, e.toString());
    }
  }
}
