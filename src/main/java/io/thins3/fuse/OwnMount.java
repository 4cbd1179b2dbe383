package io.thins3.fuse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mount that this process made, found by {@link MountProof}. Takes away only itself: another
 * mount on top of it, or in its place, stays. Thread-safe.
 */
public final class OwnMount {
  private static final Logger log = LoggerFactory.getLogger(OwnMount.class);

  /** Names in one line of the log. */
  private static final int MOST_NAMED = 20;

  private final MountInfo info;
  private final MountTable.Source table;
  private final Unmounter unmounter;
  private final BusyProcesses processes;

  OwnMount(MountInfo info, MountTable.Source table, Unmounter unmounter, BusyProcesses processes) {
    this.info = info;
    this.table = table;
    this.unmounter = unmounter;
    this.processes = processes;
  }

  /** How the mount table showed it. */
  public MountInfo info() {
    return info;
  }

  /** Whether a path walk to the mount point ends in this mount. */
  public boolean isTopmost() throws IOException {
    MountInfo top = table.read().topmostAt(Path.of(info.mountPoint()));
    return top != null && top.isSameMount(info);
  }

  /**
   * Unmounts plainly, or lazily when it is busy, or does nothing when it is not the topmost mount.
   * Logs what it did, and who keeps it busy. Does not look at the file system itself, so the thread
   * that serves it may call this.
   *
   * @param waiting ids of processes that wait for an answer, which is seen nowhere else
   * @return true when it is gone plainly; false when somebody still uses it, or it is still there
   */
  public boolean unmount(Set<Integer> waiting) {
    Path mountPoint = Path.of(info.mountPoint());
    try {
      if (!isTopmost()) {
        boolean covered = table.read().contains(info);
        if (covered) {
          log.warn("{} is left mounted: another mount lies on top of it", mountPoint);
        }
        return !covered;
      }
    } catch (IOException e) {
      log.error("{} is left mounted: cannot read the mount table", mountPoint, e);
      return false;
    }
    String failure = unmounter.plain(mountPoint);
    if (failure == null) {
      log.info("unmounted {}", mountPoint);
      return true;
    }
    // Before it is detached: afterwards the links in /proc do not say any more where it was.
    String users = users(mountPoint, waiting, failure);
    String lazyFailure = unmountLazily(mountPoint);
    if (lazyFailure == null) {
      log.warn("{} is in use by {}; detached, it goes with its last user", mountPoint, users);
    } else {
      log.error(
          "cannot unmount {}, which is in use by {}: {}; lazily: {}",
          mountPoint,
          users,
          failure,
          lazyFailure);
    }
    return false;
  }

  /**
   * Takes away what is left of it when its connection has ended and it is still in the table: of
   * {@code umount -f} while a file was open, or of a connection that was aborted. Every access to
   * it would give ENOTCONN from then on.
   */
  public void detachDead() {
    Path mountPoint = Path.of(info.mountPoint());
    try {
      if (isTopmost()) {
        String failure = unmounter.lazy(mountPoint);
        if (failure == null) {
          log.warn("{} was cut off from outside; detached", mountPoint);
        } else {
          log.error("{} was cut off from outside and is dead: {}", mountPoint, failure);
        }
      } else if (table.read().contains(info)) {
        log.warn("{} is left as a dead mount: another mount lies on top of it", mountPoint);
      }
    } catch (IOException e) {
      log.error("{} may be left as a dead mount: cannot read the mount table", mountPoint, e);
    }
  }

  /** Who keeps it busy, for the log. */
  private String users(Path mountPoint, Set<Integer> waiting, String failure) {
    List<String> users = new ArrayList<>(processes.using(mountPoint, waiting));
    try {
      for (MountInfo mount : table.read().mounts()) {
        if (mount.parentId() == info.id() && mount.id() != info.id()) {
          users.add("the mount at " + mount.mountPoint());
        }
      }
    } catch (IOException e) {
      log.debug("cannot tell what is mounted below {}", mountPoint, e);
    }
    if (users.isEmpty()) {
      return "nobody whom this process may see (" + failure + ")";
    }
    int more = users.size() - MOST_NAMED;
    return String.join(", ", users.subList(0, Math.min(MOST_NAMED, users.size())))
        + (more > 0 ? " and " + more + " others" : "");
  }

  private @Nullable String unmountLazily(Path mountPoint) {
    try {
      // Somebody else may have unmounted it since, and what is there now is not ours.
      return isTopmost() ? unmounter.lazy(mountPoint) : null;
    } catch (IOException e) {
      return e.toString();
    }
  }
}
