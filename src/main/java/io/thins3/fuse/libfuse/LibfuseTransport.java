package io.thins3.fuse.libfuse;

import io.thins3.fuse.FileSystem;
import io.thins3.fuse.MountException;
import io.thins3.fuse.MountException.Reason;
import io.thins3.fuse.MountPrerequisites;
import io.thins3.fuse.MountProof;
import io.thins3.fuse.MountSpec;
import io.thins3.fuse.OwnMount;
import io.thins3.fuse.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import jnr.ffi.Platform;

/**
 * The portable way to the kernel: jnr-fuse on libfuse 2, with libfuse's loop and threads.
 *
 * <p>What it cannot do: answer later than its callback returns (a read holds one of libfuse's
 * threads), requests over 128 KiB, READDIRPLUS, a time to live for each entry ({@link
 * LibfuseOptions}), interrupts, invalidation, /dev/fd/N as mount point. A file replaced from
 * outside keeps its inode: a handle on the old version reads the old bytes, but the kernel may show
 * it the new size. fstat(2) of a file that was removed while open is ENOENT, because libfuse asks
 * by path.
 */
public final class LibfuseTransport implements Transport {
  /** A request that no answer came for; far above any deadline of a file system's own. */
  private static final Duration ANSWER_DEADLINE = Duration.ofMinutes(10);

  /** For fusermount, and the kernel's INIT. */
  private static final Duration MOUNT_DEADLINE = Duration.ofSeconds(30);

  private static final String INTERRUPTED = "interrupted while mounting";

  private final MountPrerequisites prerequisites;
  private final LoopFactory loops;
  private final Duration answerDeadline;

  /** Makes a loop; fails where the library is missing. */
  @FunctionalInterface
  interface LoopFactory {
    LibfuseLoop create(FileSystem fileSystem, Duration answerDeadline, boolean debug);
  }

  /** The transport on this system. */
  public LibfuseTransport() {
    this(MountPrerequisites.system(), LibfuseLoop::new, ANSWER_DEADLINE);
  }

  LibfuseTransport(MountPrerequisites prerequisites, LoopFactory loops, Duration answerDeadline) {
    this.prerequisites = prerequisites;
    this.loops = loops;
    this.answerDeadline = answerDeadline;
  }

  @Override
  public String name() {
    return "libfuse";
  }

  @Override
  public Session mount(FileSystem fileSystem, MountSpec spec) throws MountException {
    boolean linux = Platform.getNativePlatform().getOS() == Platform.OS.LINUX;
    List<String> arguments = LibfuseOptions.arguments(spec, linux);
    if (spec.mountPoint().startsWith("/dev/fd")) {
      throw new MountException(
          Reason.BAD_MOUNT_POINT,
          spec.mountPoint()
              + ": the transport libfuse cannot mount on a descriptor; name a directory");
    }
    if (linux) {
      prerequisites.checkDevice();
    }
    LibfuseLoop loop = load(fileSystem, spec.debug(), linux);
    if (linux) {
      prerequisites.checkPermission(spec, List.of("fusermount"));
    }
    MountProof proof = MountProof.before(spec);
    if (Thread.currentThread().isInterrupted()) {
      throw new MountException(Reason.FAILED, INTERRUPTED);
    }
    LibfuseSession session = new LibfuseSession(loop, fileSystem, spec.drainTimeout());
    session.start(arguments);
    try {
      return proven(session, proof, spec);
    } catch (InterruptedException e) {
      abandon(session, proof, MOUNT_DEADLINE);
      Thread.currentThread().interrupt();
      throw new MountException(Reason.FAILED, INTERRUPTED, e);
    } catch (MountException e) {
      abandon(session, proof, Duration.ZERO);
      throw e;
    }
  }

  private LibfuseLoop load(FileSystem fileSystem, boolean debug, boolean linux)
      throws MountException {
    try {
      return loops.create(fileSystem, answerDeadline, debug);
    } catch (LinkageError e) {
      String what =
          linux
              ? "libfuse.so.2 cannot be loaded; install the package libfuse2 (libfuse2t64 on Debian"
                  + " 13, Ubuntu 24.04 and later)"
              : "libfuse cannot be loaded; install macFUSE";
      throw new MountException(Reason.NOT_INSTALLED, what, e);
    }
  }

  private static LibfuseSession proven(LibfuseSession session, MountProof proof, MountSpec spec)
      throws MountException, InterruptedException {
    if (!session.awaitServing(MOUNT_DEADLINE)) {
      throw new MountException(
          Reason.FAILED,
          session.ended()
              ? String.format(
                  Locale.ROOT,
                  "libfuse could not mount at %s (exit code %d); its own message is on stderr",
                  spec.mountPoint(),
                  session.exitCode())
              : "libfuse has not mounted at %s within %d s"
                  .formatted(spec.mountPoint(), MOUNT_DEADLINE.toSeconds()));
    }
    OwnMount mount = proof.await(MOUNT_DEADLINE, () -> !session.ended());
    if (mount == null && Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (mount == null) {
      throw new MountException(
          Reason.FAILED,
          "mounted at %s, but the mount table does not show it on top; is somebody else mounting"
                  .formatted(spec.mountPoint())
              + " there?");
    }
    session.mounted(mount);
    return session;
  }

  /**
   * Leaves nothing behind of a mount that is not wanted any more. libfuse's thread cannot be called
   * back on its way to mount(2): its mount is waited for, or its end, whichever comes first.
   * Interrupts do not cut this short.
   *
   * @param deadline for the mount to appear; zero takes away just what is there already
   */
  private static void abandon(LibfuseSession session, MountProof proof, Duration deadline)
      throws MountException {
    long end = System.nanoTime() + deadline.toNanos();
    boolean interrupted = false;
    try {
      OwnMount late = null;
      long left = deadline.toNanos();
      do {
        interrupted |= Thread.interrupted();
        if (!session.ended()) {
          late = proof.await(Duration.ofNanos(Math.max(0, left)), () -> !session.ended());
        }
        left = end - System.nanoTime();
      } while (late == null && !session.ended() && left > 0);
      if (late != null) {
        late.unmount(Set.of());
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
