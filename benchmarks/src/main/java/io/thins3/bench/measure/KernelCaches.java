package io.thins3.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's caches between two mounts. */
public final class KernelCaches {
  private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");

  private KernelCaches() {}

  /**
   * Drops dentries and inodes (value 2), as root; otherwise unmounting alone must do. Unmounting
   * has dropped all pages of the mount's files already; value 3 would throw out the clients'
   * programs too, and the next mount would measure the disk.
   *
   * @return whether it was permitted
   */
  public static boolean drop() {
    try {
      Files.writeString(DROP_CACHES, "2");
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
