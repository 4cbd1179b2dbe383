package io.thins3.fuse;

import io.thins3.fuse.MountException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mounted file system.
 *
 * <pre>{@code
 * try (FuseServer server =
 *     FuseServer.builder(fileSystem)
 *         .transport(transport)
 *         .mountPoint(Path.of("/mnt/data"))
 *         .fsName("thins3:bucket")
 *         .subtype("thins3")
 *         .mount()) {
 *   server.awaitEnd();
 * }
 * }</pre>
 *
 * <pre>
 *   mount() --> SERVING -- close() --> DRAINING --> UNMOUNTED -- last user gone, no request
 *                  |     ({@link Shutdown})             ^          in service, drained --> ENDED
 *                  +-- unmount(), or umount from outside -+
 * </pre>
 *
 * <p>It installs no shutdown hook: a process that ends without {@link #close} leaves a dead mount
 * behind. Thread-safe.
 */
public final class FuseServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FuseServer.class);

  private final FileSystem fileSystem;
  private final Transport.Session session;
  private final Path mountPoint;
  private final Duration drainTimeout;
  private final CountDownLatch ended = new CountDownLatch(1);

  private FuseServer(
      FileSystem fileSystem, Transport.Session session, Path mountPoint, Duration drainTimeout) {
    this.fileSystem = fileSystem;
    this.session = session;
    this.mountPoint = mountPoint;
    this.drainTimeout = drainTimeout;
  }

  /** Begins to describe a mount of this file system. */
  public static Builder builder(FileSystem fileSystem) {
    return new Builder(fileSystem);
  }

  /** Where it is mounted, without symbolic links. */
  public Path mountPoint() {
    return mountPoint;
  }

  /** Waits until the mount has ended and no request is being served any more. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /**
   * As {@link #awaitEnd()}, with a deadline.
   *
   * @return false when the deadline passed first
   */
  public boolean awaitEnd(Duration deadline) throws InterruptedException {
    return ended.await(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Whether the mount has ended and no request is being served any more. */
  public boolean ended() {
    return session.ended();
  }

  /** Unmounts without waiting for the end; see {@link Transport.Session#unmount}. */
  public void unmount() {
    session.unmount();
  }

  /**
   * Ends the mount within the drain timeout: no file is opened any more, what runs may end, the
   * file system drains, it is unmounted, and who has a file open may go on until the timeout. An
   * interrupt of the calling thread cuts all that short, but for the unmounting.
   */
  @Override
  public void close() {
    new Shutdown(fileSystem, session, mountPoint, ended, drainTimeout).run();
  }

  private void follow() {
    Thread thread =
        new Thread(
            () -> {
              try {
                session.awaitEnd();
                ended.countDown();
              } catch (InterruptedException e) {
                log.error("the end of {} will not be noticed", mountPoint, e);
              }
            },
            "fuse-end");
    thread.setDaemon(true);
    thread.start();
  }

  /** Describes a mount. Not thread-safe. */
  public static final class Builder {
    /** No use where a descriptor is served that others have mounted. */
    private static final Set<String> OF_THE_MOUNT = Set.of("fsname", "subtype", "nonempty");

    private final FileSystem fileSystem;
    private @Nullable Transport transport;
    private @Nullable Path mountPoint;
    private @Nullable String fsName;
    private @Nullable String subtype;
    private final List<MountOption> options = new ArrayList<>();
    private boolean debug;
    private boolean createMountPoint;
    private Duration drainTimeout = Duration.ofSeconds(20);

    private Builder(FileSystem fileSystem) {
      this.fileSystem = Objects.requireNonNull(fileSystem);
    }

    /** The way to the kernel. Required. */
    public Builder transport(Transport transport) {
      this.transport = transport;
      return this;
    }

    /** Where to mount. Required; a relative path is taken from the working directory. */
    public Builder mountPoint(Path mountPoint) {
      this.mountPoint = mountPoint.toAbsolutePath();
      return this;
    }

    /** What the mount table shows as source. Required; {@code -o fsname=NAME} overrides it. */
    public Builder fsName(String fsName) {
      this.fsName = fsName;
      return this;
    }

    /** The type is {@code fuse.SUBTYPE}. Required; {@code -o subtype=NAME} overrides it. */
    public Builder subtype(String subtype) {
      this.subtype = subtype;
      return this;
    }

    /**
     * Adds {@code -o} options as users write them, each a list with commas. {@code fsname}, {@code
     * subtype} and {@code nonempty} are handled here, the others by the transport.
     */
    public Builder options(List<String> lists) {
      lists.forEach(list -> options.addAll(MountOption.parseList(list)));
      return this;
    }

    /** Logs every request. Off unless asked for. */
    public Builder debug(boolean debug) {
      this.debug = debug;
      return this;
    }

    /**
     * Makes the mount point, and its parents, when it is missing, immediately before mounting, and
     * removes them again when mounting fails. Off unless asked for.
     */
    public Builder createMountPoint(boolean create) {
      this.createMountPoint = create;
      return this;
    }

    /**
     * What is running gets this time, in all, when the mount is to end; 20 seconds unless told.
     * After an unmount from outside, work that goes on (FLUSH, {@link FileSystem#drain}) gets it.
     */
    public Builder drainTimeout(Duration drainTimeout) {
      this.drainTimeout = drainTimeout;
      return this;
    }

    /**
     * Mounts. A dead mount at the mount point is detached first.
     *
     * @throws MountException when the mount point or an option is not fit, or mounting fails
     */
    public FuseServer mount() throws MountException {
      Path wanted = Objects.requireNonNull(mountPoint, "mountPoint");
      Transport chosen = Objects.requireNonNull(transport, "transport");
      boolean nonEmpty = options.stream().anyMatch(o -> o.name().equals("nonempty"));
      // Options are checked before anything is touched.
      MountSpec unprepared = spec(wanted);
      if (MountPoint.isDescriptor(wanted)) {
        for (MountOption option : options) {
          if (OF_THE_MOUNT.contains(option.name())) {
            throw new MountException(
                Reason.BAD_OPTION,
                "-o %s: %s is mounted already; give it to the program that mounts"
                    .formatted(option.name(), wanted));
          }
        }
        return serve(chosen.mount(fileSystem, unprepared), wanted);
      }
      MountPoint.Ready ready = MountPoint.system().prepare(wanted, createMountPoint, nonEmpty);
      boolean mounted = false;
      try {
        FuseServer server =
            serve(chosen.mount(fileSystem, spec(ready.directory())), ready.directory());
        mounted = true;
        return server;
      } finally {
        if (!mounted) {
          ready.undo();
        }
      }
    }

    private FuseServer serve(Transport.Session session, Path at) {
      FuseServer server = new FuseServer(fileSystem, session, at, drainTimeout);
      server.follow();
      return server;
    }

    private MountSpec spec(Path at) throws MountException {
      String source = Objects.requireNonNull(fsName, "fsName");
      String type = Objects.requireNonNull(subtype, "subtype");
      List<String> others = new ArrayList<>();
      for (MountOption option : options) {
        switch (option.name()) {
          case "fsname" -> source = value(option);
          case "subtype" -> type = value(option);
          case "nonempty" -> {}
          default -> others.add(option.toString());
        }
      }
      if (!MountSpec.isFsName(source)) {
        throw new MountException(
            Reason.BAD_OPTION,
            "-o fsname=%s: must not be empty or have blanks, control characters, commas or backslashes"
                .formatted(source.replaceAll("\\p{Cntrl}", "?")));
      }
      if (!type.matches("[A-Za-z0-9._-]+")) {
        throw new MountException(
            Reason.BAD_OPTION,
            "-o subtype=" + type + ": letters, digits, dots, hyphens and underscores only");
      }
      return new MountSpec(at, source, type, others, debug, drainTimeout);
    }

    private static String value(MountOption option) throws MountException {
      if (option.value() == null) {
        throw new MountException(
            Reason.BAD_OPTION, "-o %1$s needs a value: -o %1$s=VALUE".formatted(option.name()));
      }
      return option.value();
    }
  }
}
