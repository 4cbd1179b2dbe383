package io.thins3.bench.measure;

import io.thins3.bench.process.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Free memory that the machine really has. A virtual machine may have given unused memory back to
 * its host, and gets it again page by page, in the CPU time of whoever touches a page first. Where
 * that is a file system's answer on its way into the page cache, a GiB costs four times as much
 * (seen: 0.42 s and, after idle minutes, 1.10 s).
 */
public final class BackedMemory {
  private BackedMemory() {}

  /**
   * Touches so much memory in a program that ends at once, so that the kernel's next pages are
   * backed. Where not twice as much is available, nothing happens: the kernel would have to end
   * processes for it.
   */
  public static void touch(Commands commands, long bytes) throws IOException, InterruptedException {
    if (available() < 2 * bytes) {
      return;
    }
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String size = (bytes >> 20) + "m";
    commands.run(
        List.of(
            java,
            "-Xms" + size,
            "-Xmx" + size,
            "-XX:+UseSerialGC",
            "-XX:+AlwaysPreTouch",
            "-version"));
  }

  /** Bytes that programs can have without swapping. */
  private static long available() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      if (line.startsWith("MemAvailable:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    return 0;
  }
}
