package io.thins3.fuse;

import java.util.List;

/**
 * One mount, as {@code /proc/self/mountinfo} shows it (proc_pid_mountinfo(5)).
 *
 * @param id mount id; the kernel gives it again after the mount has gone
 * @param parentId id of the mount that this one is mounted on
 * @param device {@code major:minor} of the file system, the {@code st_dev} of its files
 * @param root path inside the file system that this mount shows; {@code /} unless it is a bind
 *     mount
 * @param mountPoint where it is, with escapes undone
 * @param type type of the file system, such as {@code fuse.thins3}
 * @param source what is mounted, such as {@code thins3:bucket}; may be empty
 * @param mountOptions options of this mount
 * @param superOptions options of the file system
 */
public record MountInfo(
    long id,
    long parentId,
    String device,
    String root,
    String mountPoint,
    String type,
    String source,
    List<String> mountOptions,
    List<String> superOptions) {
  /** Copies the lists. */
  public MountInfo {
    mountOptions = List.copyOf(mountOptions);
    superOptions = List.copyOf(superOptions);
  }

  /** Whether the other description means the same mount, whatever its options are by now. */
  public boolean isSameMount(MountInfo other) {
    return id == other.id
        && device.equals(other.device)
        && mountPoint.equals(other.mountPoint)
        && source.equals(other.source);
  }
}
