package io.thins3.fluid;

import io.thins3.config.ExitCode;
import io.thins3.config.Shown;
import io.thins3.config.UserException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where Fluid wants the mount: targetPath of config.json, else the variable MOUNT_POINT. */
final class TargetPath {
  private static final String VARIABLE = "MOUNT_POINT";

  private TargetPath() {}

  static Path of(FluidDocument document, Map<String, String> environment) throws UserException {
    String text = document.targetPath();
    String source = document.file() + ": targetPath";
    if (text == null) {
      text = environment.get(VARIABLE);
      source = VARIABLE;
    }
    if (text == null || text.isEmpty()) {
      throw new UserException(
          ExitCode.CONFIG,
          document.file()
              + " has no targetPath and the variable MOUNT_POINT is not set; one of them must say"
              + " where to mount");
    }
    String wrong = wrong(text);
    if (wrong != null) {
      throw new UserException(
          ExitCode.CONFIG,
          source
              + ": "
              + Shown.quoted(text)
              + " "
              + wrong
              + "; it must be an absolute path such as /runtime-mnt/thin/NAMESPACE/NAME/thin-fuse");
    }
    return Path.of(text);
  }

  private static @Nullable String wrong(String text) {
    if (!text.startsWith("/")) {
      return "is not absolute";
    }
    if (!Shown.escaped(text).equals(text)) {
      return "has control characters";
    }
    Path path;
    try {
      path = Path.of(text);
    } catch (InvalidPathException e) {
      return "is not a path";
    }
    if (path.getNameCount() == 0) {
      return "is the root directory";
    }
    for (Path component : path) {
      String name = component.toString();
      if (name.equals(".") || name.equals("..")) {
        return "has '" + name + "' as a component";
      }
    }
    return null;
  }
}
