package io.thins3.cli;

import io.thins3.fuse.MountInfo;
import io.thins3.fuse.MountTable;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where a path leads: the mount, and the path in its file system. Symbolic links are followed as
 * the kernel does it, but only up to the mounts that are wanted: those are not touched, since they
 * may hang, and what is asked for need not be there.
 *
 * @param mount the last mount that the path enters
 * @param path in that mount's file system, absolute and normal
 */
record MountedPath(MountInfo mount, String path) {
  /** As the kernel's MAXSYMLINKS. */
  private static final int MOST_LINKS = 40;

  /** Reads symbolic links. */
  @FunctionalInterface
  interface Links {
    /** Where a symbolic link leads; null: it is none, or nothing is there. */
    @Nullable String target(Path path);
  }

  /**
   * Follows a path.
   *
   * @param path absolute
   * @param wanted the mounts within which no links are followed
   * @return null when it enters no mount, or too many links
   */
  static @Nullable MountedPath find(
      Path path, MountTable table, Predicate<MountInfo> wanted, Links links) {
    Deque<String> ahead = new ArrayDeque<>(List.of(path.toString().split("/", -1)));
    List<String> names = new ArrayList<>();
    Reached reached = reached(names, table);
    int followed = 0;
    while (!ahead.isEmpty()) {
      String name = ahead.pop();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        if (!names.isEmpty()) {
          names.remove(names.size() - 1);
        }
        reached = reached(names, table);
        continue;
      }
      boolean follows = reached.mount == null || !wanted.test(reached.mount);
      names.add(name);
      Reached next = reached(names, table);
      // What is mounted on is no link.
      String target =
          follows && next.depth < names.size() ? links.target(Path.of(join(names))) : null;
      if (target == null) {
        reached = next;
        continue;
      }
      if (++followed > MOST_LINKS) {
        return null;
      }
      names.remove(names.size() - 1);
      if (target.startsWith("/")) {
        names.clear();
      }
      reached = reached(names, table);
      List<String> more = List.of(target.split("/", -1));
      for (int i = more.size() - 1; i >= 0; i--) {
        ahead.push(more.get(i));
      }
    }
    return reached.mount == null
        ? null
        : new MountedPath(
            reached.mount,
            // A bind mount shows a directory of the file system, not its root.
            Path.of(reached.mount.root() + join(names.subList(reached.depth, names.size())))
                .toString());
  }

  /** The deepest mount above a path, and how many names lead to it. */
  private record Reached(@Nullable MountInfo mount, int depth) {}

  private static Reached reached(List<String> names, MountTable table) {
    for (int depth = names.size(); depth >= 0; depth--) {
      MountInfo mount = table.topmostAt(Path.of(join(names.subList(0, depth))));
      if (mount != null) {
        return new Reached(mount, depth);
      }
    }
    return new Reached(null, 0);
  }

  private static String join(List<String> names) {
    return "/" + String.join("/", names);
  }
}
