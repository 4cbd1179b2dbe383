package io.thins3.fuse.linux;

import io.thins3.fuse.MountException;
import io.thins3.fuse.MountException.Reason;
import io.thins3.fuse.MountSpec;

/**
 * Serves a connection that somebody else has mounted and whose descriptor this process was given,
 * named {@code /dev/fd/N}: so an unprivileged process (a pod without CAP_SYS_ADMIN) can serve a
 * mount that a privileged one made. Options were theirs to give.
 */
final class PassedDescriptor implements Mounter {
  private static final String PREFIX = "/dev/fd/";

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
    int fd = Integer.parseInt(spec.mountPoint().toString().substring(PREFIX.length()));
    int flags = sys.fcntl(fd, Syscalls.F_GETFL, 0);
    if (flags < 0) {
      throw new MountException(
          Reason.NO_DEVICE,
          "descriptor %d is not open here; pass an open /dev/fuse, mounted with fd=%d"
              .formatted(fd, fd));
    }
    sys.closeOnExec(fd);
    PolledDevice device = new PolledDevice(sys, fd, flags);
    return new Mounted(device, fd, device::closePipe);
  }
}
