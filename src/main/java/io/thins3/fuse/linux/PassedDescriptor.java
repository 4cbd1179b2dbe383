package io.thins3.fuse.linux;

import io.thins3.fuse.MountException;
import io.thins3.fuse.MountException.Reason;
import io.thins3.fuse.MountSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Serves a connection that somebody else has mounted and whose descriptor this process was given,
 * named {@code /dev/fd/N}: so an unprivileged process (a pod without CAP_SYS_ADMIN) can serve a
 * mount that a privileged one made. Options were theirs to give.
 */
final class PassedDescriptor implements Mounter {
  private static final String PREFIX = "/dev/fd/";

  /** /dev/fuse: character device 10 (misc), 229 (MISC_MAJOR and FUSE_MINOR of the kernel). */
  private static final int FUSE_DEVICE = 10 << 8 | 229;

  private static final int S_IFMT = 0170000;
  private static final int S_IFCHR = 0020000;

  private final Syscalls sys;

  PassedDescriptor(Syscalls sys) {
    this.sys = sys;
  }

  /** Whether a mount point is meant as an open descriptor. */
  static boolean isMeant(MountSpec spec) {
    return spec.mountPoint().toString().matches(PREFIX + "[0-9]{1,9}");
  }

  @Override
  public Mounted mount(MountSpec spec, LinuxMountOptions options) throws MountException {
    LinuxMountOptions.checkForDescriptor(spec);
    int fd = Integer.parseInt(spec.mountPoint().toString().substring(PREFIX.length()));
    int flags = sys.fcntl(fd, Syscalls.F_GETFL, 0);
    if (flags < 0) {
      throw new MountException(
          Reason.NO_DEVICE,
          "descriptor %d is not open here; pass an open /dev/fuse, mounted with fd=%d"
              .formatted(fd, fd));
    }
    // Before it is touched: any other file is somebody's, with flags of its own.
    checkIsFuse(fd);
    sys.closeOnExec(fd);
    PolledDevice device = new PolledDevice(sys, fd, flags);
    return new Mounted(device, fd, device::closePipe);
  }

  private static void checkIsFuse(int fd) throws MountException {
    Path link = Path.of("/proc/self/fd", Integer.toString(fd));
    try {
      Map<String, Object> attributes = Files.readAttributes(link, "unix:mode,rdev");
      if (!(attributes.get("mode") instanceof Integer mode)
          || (mode & S_IFMT) != S_IFCHR
          || !(attributes.get("rdev") instanceof Long device)
          || device != FUSE_DEVICE) {
        throw new MountException(
            Reason.NO_DEVICE,
            "descriptor %d is %s; pass an open /dev/fuse, mounted with fd=%d"
                .formatted(fd, Files.readSymbolicLink(link), fd));
      }
    } catch (IOException e) {
      throw new MountException(
          Reason.FAILED, "cannot tell what descriptor %d is: %s".formatted(fd, e.getMessage()), e);
    }
  }
}
