package io.thins3.fuse;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads a file whole, also in a thread that is interrupted: java.nio.file.Files closes its channel
 * then, and a mount table that cannot be read leaves a mount behind.
 */
final class SmallFile {
  private SmallFile() {}

  static byte[] read(Path file) throws IOException {
    try (FileInputStream in = new FileInputStream(file.toFile())) {
      return in.readAllBytes();
    }
  }
}
