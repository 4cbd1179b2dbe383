package io.thins3.fuse.linux;

import io.thins3.fuse.MountException;
import io.thins3.fuse.MountException.Reason;
import io.thins3.fuse.MountSpec;

/** Mounts by mount(2): as root, also as the root of a user name space. */
final class KernelMount implements Mounter {
  private static final int EPERM = 1;
  private static final int EACCES = 13;
  private static final int EINVAL = 22;

  private final Syscalls sys;

  KernelMount(Syscalls sys) {
    this.sys = sys;
  }

  @Override
  public Mounted mount(MountSpec spec, LinuxMountOptions options) throws MountException {
    int fd = sys.open("/dev/fuse", Syscalls.O_RDWR | Syscalls.O_CLOEXEC);
    if (fd < 0) {
      throw new MountException(
          Reason.NO_DEVICE, "/dev/fuse cannot be opened: " + Syscalls.describe(-fd));
    }
    int result =
        sys.mount(
            spec.fsName(),
            spec.mountPoint().toString(),
            "fuse." + spec.subtype(),
            options.flags(),
            options.mountData(fd, sys.libc().geteuid(), sys.libc().getegid()));
    if (result < 0) {
      sys.close(fd);
      throw failure(spec, -result);
    }
    return new Mounted(new KernelDevice(sys, fd), fd, () -> {});
  }

  private static MountException failure(MountSpec spec, int errno) {
    String what = "cannot mount at " + spec.mountPoint() + ": " + Syscalls.describe(errno);
    return switch (errno) {
      case EPERM, EACCES ->
          new MountException(
              Reason.NO_PERMISSION,
              what
                  + "; in a container, allow mounting (--cap-add SYS_ADMIN --device /dev/fuse, and"
                  + " an AppArmor or seccomp profile that permits it)");
      case EINVAL ->
          new MountException(
              Reason.FAILED,
              what + "; /dev/fuse was opened in another user name space, or an option is wrong");
      case Syscalls.ENODEV ->
          new MountException(
              Reason.NO_DEVICE, what + "; load the kernel's FUSE module (modprobe fuse)");
      default -> new MountException(Reason.FAILED, what);
    };
  }
}
