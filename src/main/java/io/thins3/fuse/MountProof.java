package io.thins3.fuse;

import io.thins3.fuse.MountException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves that a mount was made, by finding it in the mount table: it is the topmost one at the
 * mount point, has our source and type, and was not there before. For transports; one per mount.
 */
public final class MountProof {
  private static final Logger log = LoggerFactory.getLogger(MountProof.class);

  private static final Duration PAUSE = Duration.ofMillis(2);

  /** One type for all FUSE file systems there. */
  private static final Set<String> TYPES_OF_MACOS = Set.of("macfuse", "osxfuse");

  private final MountTable.Source table;
  private final Unmounter unmounter;
  private final MountSpec spec;
  private final @Nullable MountInfo before;

  private MountProof(
      MountTable.Source table, Unmounter unmounter, MountSpec spec, @Nullable MountInfo before) {
    this.table = table;
    this.unmounter = unmounter;
    this.spec = spec;
    this.before = before;
  }

  /** Looks at what is there before mounting. */
  public static MountProof before(MountSpec spec) throws MountException {
    return before(spec, MountTable.system(), new Unmounter());
  }

  static MountProof before(MountSpec spec, MountTable.Source table, Unmounter unmounter)
      throws MountException {
    return new MountProof(table, unmounter, spec, read(table, spec).topmostAt(spec.mountPoint()));
  }

  /** Our mount, or null when it is not there, or not on top. */
  public @Nullable OwnMount look() throws MountException {
    MountInfo top = read(table, spec).topmostAt(spec.mountPoint());
    if (top == null || !top.source().equals(spec.fsName()) || !hasOurType(top)) {
      return null;
    }
    return before != null && before.isSameMount(top)
        ? null
        : new OwnMount(top, table, unmounter, BusyProcesses.system());
  }

  private boolean hasOurType(MountInfo mount) {
    return mount.type().equals("fuse." + spec.subtype()) || TYPES_OF_MACOS.contains(mount.type());
  }

  /**
   * Waits for our mount.
   *
   * @param stillPossible false when mounting has failed: no use to wait on
   * @return null when it did not come in time, or is not possible any more
   */
  public @Nullable OwnMount await(Duration deadline, BooleanSupplier stillPossible)
      throws MountException {
    long end = System.nanoTime() + deadline.toNanos();
    while (true) {
      OwnMount mount = look();
      if (mount != null
          || !stillPossible.getAsBoolean()
          || Thread.currentThread().isInterrupted()
          || System.nanoTime() - end >= 0) {
        return mount;
      }
      // The mount table can be waited for with poll(2) only, which Java does not offer for it.
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /**
   * Takes away what was mounted just now and could not be proved. A mount that was there before,
   * and one that is not a FUSE mount, are left alone; when the mount table cannot be read it is the
   * topmost one, because mounting has just succeeded.
   */
  public void undo() {
    try {
      MountInfo top = table.read().topmostAt(spec.mountPoint());
      if (top == null
          || (before != null && before.isSameMount(top))
          || !(top.type().startsWith("fuse") || TYPES_OF_MACOS.contains(top.type()))) {
        return;
      }
    } catch (IOException e) {
      log.debug("cannot tell what is mounted at {}", spec.mountPoint(), e);
    }
    String failure = unmounter.lazy(spec.mountPoint());
    if (failure != null) {
      log.error("{} is left mounted, and dead: {}", spec.mountPoint(), failure);
    }
  }

  private static MountTable read(MountTable.Source table, MountSpec spec) throws MountException {
    try {
      return table.read();
    } catch (IOException e) {
      throw new MountException(
          Reason.FAILED,
          "cannot tell what is mounted at %s: %s; is /proc mounted?"
              .formatted(spec.mountPoint(), e.getMessage()),
          e);
    }
  }
}
