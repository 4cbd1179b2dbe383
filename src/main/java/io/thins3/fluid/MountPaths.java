package io.thins3.fluid;

import io.thins3.config.ExitCode;
import io.thins3.config.Layout;
import io.thins3.config.Shown;
import io.thins3.config.UserException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the mounts of a Dataset lie below the mount point. A pure function of config.json, so that
 * the tree is the same after a restart and binds of parts of it can be restored: a single mount
 * without a path, or with path "/", is the root; otherwise the root holds each mount at its path,
 * else at its name.
 */
final class MountPaths {
  private static final int LONGEST_NAME = 255;

  private MountPaths() {}

  /**
   * The paths of the mounts, in their order.
   *
   * @param buckets the mounts' buckets: the name of a mount that has neither path nor name
   * @param chosen the layout that an option demands; null: none does
   */
  static List<String> of(FluidDocument document, List<String> buckets, @Nullable Layout chosen)
      throws UserException {
    List<FluidDocument.Mount> mounts = document.mounts();
    if (chosen == Layout.ROOT && mounts.size() > 1) {
      throw new UserException(
          ExitCode.CONFIG,
          "%s: layout=root is for a single mount, but there are %d; write layout=tree"
              .formatted(document.file(), mounts.size()));
    }
    if (chosen == Layout.ROOT || (chosen == null && isAlone(mounts))) {
      return mounts.isEmpty() ? List.of() : List.of("/");
    }
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < mounts.size(); i++) {
      paths.add(treePath(document, mounts.get(i), buckets.get(i)));
    }
    refuseOverlaps(document, paths);
    return paths;
  }

  private static boolean isAlone(List<FluidDocument.Mount> mounts) {
    return mounts.size() == 1 && isRoot(mounts.get(0).path());
  }

  private static boolean isRoot(@Nullable String path) {
    return path == null || path.chars().allMatch(c -> c == '/');
  }

  private static String treePath(FluidDocument document, FluidDocument.Mount mount, String bucket)
      throws UserException {
    String path = mount.path();
    String field = "path";
    String text = path;
    if (path == null || isRoot(path)) {
      field = "name";
      text = mount.name();
    }
    if (text == null) {
      // An access point's ARN has slashes and colons; its last part is its name.
      return "/" + bucket.substring(Math.max(bucket.lastIndexOf('/'), bucket.lastIndexOf(':')) + 1);
    }
    StringBuilder normal = new StringBuilder();
    for (String component : text.split("/", -1)) {
      if (component.isEmpty()) {
        continue;
      }
      if (component.equals(".")
          || component.equals("..")
          || component.indexOf('\0') >= 0
          || !StandardCharsets.UTF_8.newEncoder().canEncode(component)
          || component.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
        throw wrong(document, mount, field, text);
      }
      normal.append('/').append(component);
    }
    if (normal.isEmpty()) {
      throw wrong(document, mount, field, text);
    }
    return normal.toString();
  }

  private static UserException wrong(
      FluidDocument document, FluidDocument.Mount mount, String field, String text) {
    return new UserException(
        ExitCode.CONFIG,
        "%s: %s.%s: %s cannot be a path in the mount; '.', '..' and names over 255 bytes are not"
                .formatted(document.file(), mount.place(), field, Shown.quoted(text))
            + " allowed");
  }

  /** Two mounts at one path, or one inside another: one of them could not be reached. */
  private static void refuseOverlaps(FluidDocument document, List<String> paths)
      throws UserException {
    for (int i = 0; i < paths.size(); i++) {
      for (int j = 0; j < paths.size(); j++) {
        if (i != j && (paths.get(j) + "/").startsWith(paths.get(i) + "/")) {
          throw new UserException(
              ExitCode.CONFIG,
              "%s: %s lies at %s, inside %s at %s; give each mount a path of its own"
                  .formatted(
                      document.file(),
                      document.mounts().get(j).place(),
                      Shown.quoted(paths.get(j)),
                      document.mounts().get(i).place(),
                      Shown.quoted(paths.get(i))));
        }
      }
    }
  }
}
