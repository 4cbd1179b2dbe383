package io.thins3.fuse;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mount that this process made, found by {@link MountProof}. Takes away only itself: another
 * mount on top of it, or in its place, stays. Thread-safe.
 */
public final class OwnMount {
  private static final Logger log = LoggerFactory.getLogger(OwnMount.class);

  private final MountInfo info;
  private final MountTable.Source table;
  private final Unmounter unmounter;

  OwnMount(MountInfo info, MountTable.Source table, Unmounter unmounter) {
    this.info = info;
    this.table = table;
    this.unmounter = unmounter;
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
   * Logs what it did. Does not look at the file system itself, so the thread that serves it may
   * call this.
   */
  public void unmount() {
    Path mountPoint = Path.of(info.mountPoint());
    try {
      if (!isTopmost()) {
        if (table.read().contains(info)) {
          log.warn("{} is left mounted: another mount lies on top of it", mountPoint);
        }
        return;
      }
    } catch (IOException e) {
      log.error("{} is left mounted: cannot read the mount table", mountPoint, e);
      return;
    }
    String failure = unmounter.plain(mountPoint);
    if (failure == null) {
      log.info("unmounted {}", mountPoint);
      return;
    }
    String lazyFailure = unmountLazily(mountPoint);
    if (lazyFailure == null) {
      log.warn("{} is in use ({}); detached, it goes with its last user", mountPoint, failure);
    } else {
      log.error("cannot unmount {}: {}; lazily: {}", mountPoint, failure, lazyFailure);
    }
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
