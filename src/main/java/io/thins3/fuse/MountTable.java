package io.thins3.fuse;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The mounts of this process' mount name space at one moment, in the kernel's order. Immutable.
 *
 * <p>Several mounts can lie at the same path, and a mount higher up can hide mounts below it, so
 * the question "what is mounted at P" is answered as the kernel's path walk does it: from the root
 * along P, following at each step the mounts whose parent is the mount that the walk has reached.
 */
public final class MountTable {
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

  private final List<MountInfo> mounts;

  MountTable(List<MountInfo> mounts) {
    this.mounts = List.copyOf(mounts);
  }

  /** Where tables come from: one call, one look. */
  @FunctionalInterface
  public interface Source {
    /** Looks now. */
    MountTable read() throws IOException;
  }

  /** This system's own: Linux' mountinfo, or what the {@code mount} command says elsewhere. */
  public static Source system() {
    return Files.exists(MOUNTINFO) ? () -> read(MOUNTINFO) : new MountCommand();
  }

  static MountTable read(Path mountInfo) throws IOException {
    // Path names are bytes to the kernel; they are decoded as java.nio.file decodes them, so that
    // they compare equal to the names that Path gives.
    return parse(new String(Files.readAllBytes(mountInfo), pathCharset()));
  }

  /** The charset of file names in this JVM, which is not always the default charset. */
  static Charset pathCharset() {
    return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
  }

  /**
   * Understands the text of a mountinfo file.
   *
   * @throws IOException naming the line that is not understood
   */
  public static MountTable parse(String text) throws IOException {
    List<MountInfo> mounts = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (!line.isEmpty()) {
        mounts.add(parseLine(line));
      }
    }
    return new MountTable(mounts);
  }

  private static MountInfo parseLine(String line) throws IOException {
    // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue
    // The fields before the hyphen that have a colon are optional, in any number.
    List<String> fields = Arrays.asList(line.split(" ", -1));
    int hyphen = fields.subList(Math.min(6, fields.size()), fields.size()).indexOf("-") + 6;
    if (hyphen < 6 || fields.size() < hyphen + 4) {
      throw new IOException("mountinfo line not understood: " + line);
    }
    try {
      return new MountInfo(
          Long.parseLong(fields.get(0)),
          Long.parseLong(fields.get(1)),
          fields.get(2),
          unescape(fields.get(3)),
          unescape(fields.get(4)),
          unescape(fields.get(hyphen + 1)),
          // A file system that prints its source by itself may forget to escape spaces.
          unescape(String.join(" ", fields.subList(hyphen + 2, fields.size() - 1))),
          List.of(fields.get(5).split(",", -1)),
          List.of(fields.get(fields.size() - 1).split(",", -1)));
    } catch (NumberFormatException e) {
      throw new IOException("mountinfo line not understood: " + line, e);
    }
  }

  /** Undoes the kernel's octal escapes of space, tab, newline, backslash and hash. */
  static String unescape(String field) {
    if (field.indexOf('\\') < 0) {
      return field;
    }
    StringBuilder plain = new StringBuilder(field.length());
    int i = 0;
    while (i < field.length()) {
      char c = field.charAt(i);
      if (c == '\\' && i + 4 <= field.length() && field.substring(i + 1, i + 4).matches("[0-7]+")) {
        plain.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 4;
      } else {
        plain.append(c);
        i++;
      }
    }
    return plain.toString();
  }

  /** All mounts, also hidden ones. */
  public List<MountInfo> mounts() {
    return mounts;
  }

  /**
   * The mount that a path walk to this mount point ends in.
   *
   * @param mountPoint absolute path without symbolic links
   * @return null when nothing that is reachable is mounted exactly there
   */
  public @Nullable MountInfo topmostAt(Path mountPoint) {
    if (!mountPoint.isAbsolute()) {
      throw new IllegalArgumentException("not absolute: " + mountPoint);
    }
    Set<Long> ids = mounts.stream().map(MountInfo::id).collect(Collectors.toSet());
    MountInfo reached = null;
    int depth = mountPoint.getNameCount();
    for (int names = 0; names <= depth; names++) {
      String prefix = names == 0 ? "/" : "/" + mountPoint.subpath(0, names);
      for (MountInfo on = on(prefix, reached, ids); on != null; on = on(prefix, reached, ids)) {
        reached = on;
      }
    }
    return reached != null && reached.mountPoint().equals(mountPoint.toString()) ? reached : null;
  }

  /** The mount at this path directly on the mount that was reached, the last one listed. */
  private @Nullable MountInfo on(String path, @Nullable MountInfo reached, Set<Long> ids) {
    for (int i = mounts.size() - 1; i >= 0; i--) {
      MountInfo mount = mounts.get(i);
      // The parent of the root of a name space or a chroot is not in the table, or is itself.
      boolean directlyOn =
          reached == null
              ? !ids.contains(mount.parentId()) || mount.parentId() == mount.id()
              : mount.parentId() == reached.id() && mount.id() != reached.id();
      if (directlyOn && mount.mountPoint().equals(path)) {
        return mount;
      }
    }
    return null;
  }

  /** Whether this mount is still there, hidden or not. */
  public boolean contains(MountInfo mount) {
    return mounts.stream().anyMatch(mount::isSameMount);
  }
}
