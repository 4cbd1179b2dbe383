package io.thins3.fuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What the contracts of the transports share: a directory to mount at, on a real kernel, and a
 * clean end whatever a test leaves behind. A transport's test extends each contract and names its
 * transport.
 *
 * <p>Tests read through the mount in their own process, which also serves it. That is safe with
 * read(2), which waits in native code; a mapped file would have to be touched by another process,
 * because a page fault stops the JVM from reaching a safepoint.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class MountedContract {
  private static final Duration COMMAND_DEADLINE = Duration.ofSeconds(30);

  private final List<FuseServer> servers = new ArrayList<>();
  private Path directory = Path.of("/");
  private Path mountPoint = Path.of("/");

  /** A new transport of the kind that is tested. */
  protected abstract Transport transport();

  @BeforeEach
  final void createMountPoint() throws IOException {
    directory = Files.createTempDirectory("thins3-mount").toRealPath();
    // For the tests that come as another user.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    mountPoint = Files.createDirectory(directory.resolve("mnt"));
  }

  @AfterEach
  final void unmountAll() throws Exception {
    servers.forEach(FuseServer::close);
    List<MountInfo> left = new ArrayList<>(MountTable.system().read().mounts());
    Collections.reverse(left);
    for (MountInfo mount : left) {
      if (Path.of(mount.mountPoint()).startsWith(directory)) {
        new Unmounter().lazy(Path.of(mount.mountPoint()));
      }
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** A directory of the test's own, which the mount point is in. */
  protected final Path directory() {
    return directory;
  }

  /** Where {@link #mount} mounts. */
  protected final Path mountPoint() {
    return mountPoint;
  }

  /** A path in the mount. */
  protected final Path in(String path) {
    return mountPoint.resolve(path);
  }

  /** How to mount at the mount point. */
  protected final FuseServer.Builder builder(FileSystem fileSystem) {
    return FuseServer.builder(fileSystem)
        .transport(transport())
        .mountPoint(mountPoint)
        .fsName("thins3:test")
        .subtype("thins3");
  }

  /** Mounts at the mount point. */
  protected final FuseServer mount(FileSystem fileSystem, String... options) throws MountException {
    return closedAtEnd(builder(fileSystem).options(List.of(options)).mount());
  }

  /** The options that keep the kernel from caching, where the file system's TTLs do not decide. */
  protected String[] uncachedOptions() {
    return new String[0];
  }

  /** Closes a server when the test has ended. */
  protected final FuseServer closedAtEnd(FuseServer server) {
    servers.add(server);
    return server;
  }

  /**
   * How a program ended.
   *
   * @param exitCode -1 when it did not end in time
   * @param output both its outputs, in English
   */
  public record Ran(int exitCode, String output) {}

  /** Runs a program. */
  protected static Ran run(Object... commandLine) {
    Command.Outcome outcome =
        Command.run(
            COMMAND_DEADLINE, Stream.of(commandLine).map(Object::toString).toArray(String[]::new));
    return new Ran(outcome.exitCode(), outcome.output());
  }

  /** Runs a program that must succeed, and gives what it printed. */
  protected static String output(Object... commandLine) {
    Ran ran = run(commandLine);
    if (ran.exitCode() != 0) {
      throw new AssertionError(List.of(commandLine) + ": " + ran);
    }
    return ran.output();
  }

  /** What is mounted on top at the mount point. */
  protected final @Nullable MountInfo top() throws IOException {
    return MountTable.system().read().topmostAt(mountPoint);
  }
}
