package io.thins3.fuse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What is to be mounted where.
 *
 * @param mountPoint absolute path of an existing directory
 * @param fsName source of the mount as mountinfo shows it; see {@link #isFsName}
 * @param subtype the type is shown as {@code fuse.SUBTYPE}
 * @param options {@code -o} options as FUSE users know them, one each, without fsname and subtype
 * @param debug log every request
 * @param drainTimeout what work that goes on after the end of the mount, such as a FLUSH, gets
 */
public record MountSpec(
    Path mountPoint,
    String fsName,
    String subtype,
    List<String> options,
    boolean debug,
    Duration drainTimeout) {
  /** Checks and copies. */
  public MountSpec {
    if (!mountPoint.isAbsolute()) {
      throw new IllegalArgumentException("mount point is not absolute: " + mountPoint);
    }
    if (!isFsName(fsName)) {
      throw new IllegalArgumentException("fsName '" + fsName + "'");
    }
    options = List.copyOf(options);
  }

  /**
   * Whether a text can be the source of a mount everywhere: it is not empty, and has no blanks,
   * control characters and backslashes, which mountinfo escapes, and no commas, which separate
   * options.
   */
  public static boolean isFsName(String text) {
    return !text.isEmpty()
        && text.chars()
            .noneMatch(
                c ->
                    Character.isWhitespace(c)
                        || Character.isISOControl(c)
                        || c == ','
                        || c == '\\');
  }
}
