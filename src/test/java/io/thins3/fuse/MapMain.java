package io.thins3.fuse;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32;

/** Prints the checksum of a file that it maps. */
public final class MapMain {
  private MapMain() {}

  /** Argument: the file. */
  public static void main(String[] args) throws Exception {
    try (FileChannel file = FileChannel.open(Path.of(args[0]))) {
      System.out.println(checksum(file.map(FileChannel.MapMode.READ_ONLY, 0, file.size())));
    }
  }

  static String checksum(ByteBuffer bytes) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    return Long.toHexString(checksum.getValue());
  }
}
