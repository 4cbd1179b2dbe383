package io.thins3.cli;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where the log of a mount in the background goes: a file in the user's state directory (XDG Base
 * Directory Specification), named after the mount point.
 */
final class BackgroundLog {
  private static final int LONGEST_NAME = 200;

  private BackgroundLog() {}

  static Path file(Map<String, String> environment, Path mountPoint) {
    String name = mountPoint.toString().substring(1).replace('/', '-');
    name = name.replaceAll("[^A-Za-z0-9._-]", "_");
    // The end of a long path tells more than its beginning.
    name = name.substring(Math.max(0, name.length() - LONGEST_NAME));
    return stateDirectory(environment).resolve("thins3").resolve(name + ".log");
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
