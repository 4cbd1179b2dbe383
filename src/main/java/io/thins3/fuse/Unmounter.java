package io.thins3.fuse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jnr.constants.platform.Errno;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Platform;
import org.jspecify.annotations.Nullable;

/**
 * Takes the topmost mount at a path away: by umount2(2), or, for a user who may not call that, by
 * the setuid program fusermount. Never looks at the mounted file system, so that a dead or hanging
 * one does not hold it up.
 */
class Unmounter {
  /** sys/mount.h. */
  private static final int MNT_DETACH = 2;

  private static final int UMOUNT_NOFOLLOW = 8;

  /** fusermount waits for a lock in the mount table of old systems; umount for nothing. */
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  /** The system call, with libc's signature. */
  public interface LibC {
    /** umount2(2). */
    int umount2(byte[] target, int flags);
  }

  private static final class Loaded {
    static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");
    static final jnr.ffi.Runtime RUNTIME = jnr.ffi.Runtime.getRuntime(LIBC);
  }

  /**
   * Unmounts.
   *
   * @return null when it is gone, else the reason why not
   */
  @Nullable String plain(Path mountPoint) {
    return unmount(mountPoint, false);
  }

  /**
   * Detaches: nobody finds it under its path any more, and it goes when its last user lets go.
   *
   * @return null when it is detached, else the reason why not
   */
  @Nullable String lazy(Path mountPoint) {
    return unmount(mountPoint, true);
  }

  private @Nullable String unmount(Path mountPoint, boolean lazy) {
    String path = mountPoint.toString();
    if (Platform.getNativePlatform().getOS() != Platform.OS.LINUX) {
      // No lazy unmounting there; force comes nearest.
      return lazy ? failure("/sbin/umount", "-f", path) : failure("/sbin/umount", path);
    }
    int error = umount2(path, (lazy ? MNT_DETACH : 0) | UMOUNT_NOFOLLOW);
    if (error == 0) {
      return null;
    }
    if (error != Errno.EPERM.intValue()) {
      return "umount2: " + Errno.valueOf(error);
    }
    String reason = "not permitted";
    for (String program : List.of("fusermount3", "fusermount")) {
      Command.Outcome outcome = Command.run(DEADLINE, program, lazy ? "-uz" : "-u", "--", path);
      if (outcome.succeeded()) {
        return null;
      }
      if (outcome.end() != Command.End.NOT_FOUND) {
        return outcome.describe();
      }
      reason = "not permitted, and fusermount3 and fusermount are not installed";
    }
    return reason;
  }

  private static @Nullable String failure(String... commandLine) {
    Command.Outcome outcome = Command.run(DEADLINE, commandLine);
    return outcome.succeeded() ? null : outcome.describe();
  }

  private static int umount2(String path, int flags) {
    byte[] bytes = path.getBytes(MountTable.pathCharset());
    byte[] terminated = java.util.Arrays.copyOf(bytes, bytes.length + 1);
    return Loaded.LIBC.umount2(terminated, flags) == 0 ? 0 : Loaded.RUNTIME.getLastError();
  }
}
