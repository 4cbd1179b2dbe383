package io.thins3.fuse.linux;

import io.thins3.fuse.FileSystem;
import io.thins3.fuse.MountException;
import io.thins3.fuse.MountException.Reason;
import io.thins3.fuse.MountPrerequisites;
import io.thins3.fuse.MountProof;
import io.thins3.fuse.MountSpec;
import io.thins3.fuse.OwnMount;
import io.thins3.fuse.Transport;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The FUSE kernel protocol over /dev/fuse, without libfuse: Linux 5.4 or later.
 *
 * <p>Mounts by mount(2) with CAP_SYS_ADMIN, by fusermount without it or for {@code auto_unmount},
 * and serves an open descriptor whose path {@code /dev/fd/N} is given as mount point. Thread-safe.
 */
public final class LinuxTransport implements Transport {
  /** The kernel sends INIT by itself as soon as the mount is made. */
  private static final Duration INIT_DEADLINE = Duration.ofSeconds(20);

  private final NodeLimit nodeLimit;

  /** The kernel may know as many nodes as a tenth of the heap has room for. */
  public LinuxTransport() {
    this(NodeLimit.ofHeap(Runtime.getRuntime().maxMemory()));
  }

  LinuxTransport(NodeLimit nodeLimit) {
    this.nodeLimit = nodeLimit;
  }

  @Override
  public String name() {
    return "linux";
  }

  @Override
  public LinuxSession mount(FileSystem fileSystem, MountSpec spec) throws MountException {
    LinuxMountOptions options = LinuxMountOptions.of(spec);
    Syscalls sys = load();
    if (PassedDescriptor.isMeant(spec)) {
      return serve(
          sys, fileSystem, spec, options, new PassedDescriptor(sys).mount(spec, options), null);
    }
    MountPrerequisites prerequisites = MountPrerequisites.system();
    boolean ownMount = prerequisites.mayMount() && !options.autoUnmount();
    prerequisites.checkDevice();
    if (!ownMount) {
      prerequisites.checkPermission(spec, FusermountMount.PROGRAMS);
    }
    Mounter mounter = ownMount ? new KernelMount(sys) : new FusermountMount(sys);
    MountProof proof = MountProof.before(spec);
    Mounter.Mounted mounted = mounter.mount(spec, options);
    return serve(sys, fileSystem, spec, options, mounted, proved(proof, spec, mounted));
  }

  private static OwnMount proved(MountProof proof, MountSpec spec, Mounter.Mounted mounted)
      throws MountException {
    OwnMount own = null;
    try {
      own = proof.look();
    } finally {
      if (own == null) {
        proof.undo();
        mounted.device().close();
        mounted.afterwards().run();
      }
    }
    if (own == null) {
      throw new MountException(
          Reason.FAILED,
          "cannot mount at %s: the mount does not show in the mount table"
              .formatted(spec.mountPoint()));
    }
    return own;
  }

  private static Syscalls load() throws MountException {
    try {
      return Syscalls.load();
    } catch (LinkageError | RuntimeException e) {
      throw new MountException(
          Reason.FAILED, "cannot call libc: " + e.getMessage() + "; use --transport libfuse", e);
    }
  }

  private LinuxSession serve(
      Syscalls sys,
      FileSystem fileSystem,
      MountSpec spec,
      LinuxMountOptions options,
      Mounter.Mounted mounted,
      @Nullable OwnMount own)
      throws MountException {
    boolean served = false;
    try {
      int ready = sys.awaitReadable(INIT_DEADLINE, mounted.fd());
      if (ready < 0) {
        throw new MountException(
            Reason.FAILED,
            "%s: the kernel sends no INIT; is another process serving this connection?"
                .formatted(spec.mountPoint()));
      }
      Handshake agreed = Handshake.perform(mounted.device(), options.maxReadAhead(), INIT_DEADLINE);
      if (own != null) {
        ReadAhead.set(own.info().device(), options.maxReadAhead());
      }
      Connection connection =
          new Connection(
              fileSystem,
              mounted.device(),
              new SyncExecutor(SyncExecutor.MAX_THREADS, SyncExecutor.MAX_QUEUED),
              options.serving(spec.debug(), sys.libc().geteuid(), nodeLimit));
      connection.notifier.useExpiry(agreed.canExpire());
      fileSystem.mounted(connection.notifier);
      LinuxSession session =
          new LinuxSession(
              connection,
              new Dispatcher(connection, Clock.systemUTC()),
              own,
              mounted.afterwards(),
              spec.drainTimeout());
      session.start();
      served = true;
      return session;
    } finally {
      if (!served) {
        if (own != null) {
          own.unmount(Set.of());
        }
        mounted.device().close();
        mounted.afterwards().run();
      }
    }
  }
}
