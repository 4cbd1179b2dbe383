package io.thins3.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where the log of a mount in the background goes: a file in the user's state directory (XDG Base
 * Directory Specification), named after the mount point. No two mount points share one.
 */
final class BackgroundLog {
  private static final int LONGEST_NAME = 200;

  /** Enough for the few mounts of one user. */
  private static final int HASH_BYTES = 4;

  /**
   * A path that its name tells: no component has a "-", and every character may stand in a name.
   */
  private static final Pattern PLAIN = Pattern.compile("(/[A-Za-z0-9._]+)+");

  private BackgroundLog() {}

  static Path file(Map<String, String> environment, Path mountPoint) {
    return stateDirectory(environment)
        .resolve("thins3")
        .resolve(name(mountPoint.toString()) + ".log");
  }

  /**
   * The path with "-" for "/". Where that cannot be turned back into the path, a hash of the path
   * follows behind a "~", which no other name has in it: /mnt/a-b is not /mnt/a/b.
   */
  private static String name(String mountPoint) {
    String name = mountPoint.substring(1).replace('/', '-');
    if (PLAIN.matcher(mountPoint).matches() && name.length() <= LONGEST_NAME) {
      return name;
    }
    name = name.replaceAll("[^A-Za-z0-9._-]", "_");
    // The end of a long path tells more than its beginning.
    name = name.substring(Math.max(0, name.length() - LONGEST_NAME));
    return name + "~" + hash(mountPoint);
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static Path stateDirectory(Map<String, String> environment) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    if (state.startsWith("/")) {
      return Path.of(state); // the specification: a relative one is to be ignored
    }
    String home = environment.getOrDefault("HOME", "");
    // A process of init may have no HOME; the JVM asks the user database.
    return Path.of(home.startsWith("/") ? home : System.getProperty("user.home", "/"))
        .resolve(".local/state");
  }
}
