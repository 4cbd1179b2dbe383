package io.thins3.ops;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the control sockets of a user's mounts are: in a directory that he alone may enter, under
 * the device number of the mount ({@code st_dev} of its files, which the mount table shows, so that
 * nobody has to ask the mount itself).
 */
public final class ControlSockets {
  private static final Logger log = LoggerFactory.getLogger(ControlSockets.class);

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private static final String USER = "unix:uid";
  private static final int WRITABLE_BY_OTHERS = 022;
  private static final int STICKY = 01000;

  private ControlSockets() {}

  /**
   * The directories where a user's sockets may be, in the order in which they are tried. A socket
   * may have been made in another environment than it is looked for in (a cron job, {@code kubectl
   * exec}), hence the usual value of $XDG_RUNTIME_DIR beside the actual one.
   *
   * @param environment the environment's variables
   * @param uid the user's number, unsigned
   */
  public static List<Path> directories(Map<String, String> environment, int uid) {
    String user = Integer.toUnsignedString(uid);
    Set<Path> all = new LinkedHashSet<>();
    Path runtime = path(environment.get("XDG_RUNTIME_DIR"));
    if (runtime != null && runtime.isAbsolute()) { // the XDG specification ignores relative ones
      all.add(runtime.resolve("thins3"));
    }
    all.add(Path.of("/run/user/" + user + "/thins3"));
    all.add(Path.of("/run/thins3-" + user));
    all.add(Path.of("/tmp/thins3-" + user));
    return List.copyOf(all);
  }

  private static @Nullable Path path(@Nullable String text) {
    try {
      return text == null || text.isEmpty() ? null : Path.of(text).normalize();
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /**
   * The name of a mount's socket.
   *
   * @param device {@code major:minor}
   */
  public static String name(String device) {
    return device.replace(':', '-') + ".sock";
  }

  /**
   * The sockets that a mount may have, of those that exist in directories that are to be trusted.
   *
   * @param device {@code major:minor}
   * @param uid who mounted
   * @throws AccessDeniedException when none was found, and not everything could be looked into
   */
  public static List<Path> find(List<Path> directories, String device, int uid)
      throws AccessDeniedException {
    List<Path> found = new ArrayList<>();
    AccessDeniedException denied = null;
    for (Path directory : directories) {
      Path socket = directory.resolve(name(device));
      try {
        check(directory, uid);
        // Not Files.exists, which says no of what may not be seen.
        Files.getAttribute(socket, USER, LinkOption.NOFOLLOW_LINKS);
        found.add(socket);
      } catch (AccessDeniedException e) {
        denied = e;
      } catch (IOException e) {
        log.debug("no socket {}", socket, e); // nothing there, or somebody else's
      }
    }
    if (found.isEmpty() && denied != null) {
      throw denied;
    }
    return found;
  }

  /** Makes a directory for sockets, or finds that it is there and nobody else's. */
  static void prepare(Path directory, int uid) throws IOException {
    checkParent(directory, uid);
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      try {
        Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      } catch (FileAlreadyExistsException e) {
        // Of another mount that starts now, or a trap: the check tells.
      }
    }
    check(directory, uid);
  }

  /** Refuses a place where others could put something else in the directory's place. */
  private static void checkParent(Path directory, int uid) throws IOException {
    Path parent = directory.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new IOException(parent + " is not there");
    }
    int owner = (int) Files.getAttribute(parent, USER);
    if (owner != uid && owner != 0) { // as root's, in an environment that was a user's
      throw new IOException(parent + " belongs to another user");
    }
    int mode = (int) Files.getAttribute(parent, "unix:mode");
    if ((mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0) {
      throw new IOException(parent + " is open to others");
    }
  }

  /** Refuses a directory into which others could have put something. */
  private static void check(Path directory, int uid) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isDirectory()) {
      throw new IOException(directory + " is no directory");
    }
    if ((int) Files.getAttribute(directory, USER, LinkOption.NOFOLLOW_LINKS) != uid) {
      throw new IOException(directory + " belongs to another user");
    }
    if (!OWNER_ONLY.containsAll(attributes.permissions())) {
      throw new IOException(
          directory
              + " is open to others ("
              + PosixFilePermissions.toString(attributes.permissions())
              + ")");
    }
  }
}
