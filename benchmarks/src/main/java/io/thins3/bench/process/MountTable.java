package io.thins3.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel has mounted (proc(5), mountinfo). */
public final class MountTable {
  private MountTable() {}

  /**
   * Whether something is mounted on a directory, given without symbolic links. The directory itself
   * is not touched.
   */
  public static boolean contains(Path directory) throws IOException {
    return mountPoints().contains(directory.toString());
  }

  /** All mount points. */
  static List<String> mountPoints() throws IOException {
    return mountPoints(Files.readString(Path.of("/proc/self/mountinfo")));
  }

  /** The mount points of a mountinfo text, with the octal escapes of blanks resolved. */
  static List<String> mountPoints(String mountinfo) {
    return mountinfo
        .lines()
        .map(line -> line.split(" ", -1)[4])
        .map(
            point ->
                point
                    .replace("\\040", " ")
                    .replace("\\011", "\t")
                    .replace("\\012", "\n")
                    .replace("\\134", "\\"))
        .toList();
  }
}
