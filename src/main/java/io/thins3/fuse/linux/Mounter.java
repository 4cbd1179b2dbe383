package io.thins3.fuse.linux;

import io.thins3.fuse.MountException;
import io.thins3.fuse.MountSpec;

/** One way to get a mount and the descriptor of its connection. */
@FunctionalInterface
interface Mounter {
  /**
   * A fresh connection: INIT is waiting on it, or about to come.
   *
   * @param device how requests come and answers go
   * @param fd the descriptor, to wait on
   * @param afterwards what is to be closed when the connection has ended
   */
  record Mounted(Device device, int fd, Runnable afterwards) {}

  /** Mounts. When it fails, nothing is mounted or open. */
  Mounted mount(MountSpec spec, LinuxMountOptions options) throws MountException;
}
