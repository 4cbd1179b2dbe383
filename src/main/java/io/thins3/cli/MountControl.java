package io.thins3.cli;

import io.thins3.config.Owner;
import io.thins3.fs.ObjectFileSystem;
import io.thins3.fuse.MountInfo;
import io.thins3.fuse.MountTable;
import io.thins3.ops.ControlCommand;
import io.thins3.ops.ControlException;
import io.thins3.ops.ControlServer;
import io.thins3.ops.ControlSockets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a mount does for other commands, by its control socket. A mount that cannot have one is
 * served all the same.
 */
final class MountControl implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MountControl.class);

  /** Refreshes paths of the mount. */
  static final String REFRESH = "refresh";

  /** In the answer: whether the kernel has been told. */
  static final String TOLD = "told";

  /**
   * The kernel takes a notice when the page or the directory that it is about is not being read,
   * which takes as long as the store does.
   */
  private static final Duration KERNEL = Duration.ofSeconds(30);

  private final Map<String, String> environment;
  private @Nullable ControlServer server;

  /**
   * @param environment says where sockets are
   */
  MountControl(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Listens from now on, or says in the log why not. */
  void start(ObjectFileSystem fileSystem, Path mountPoint) {
    int uid = Owner.ofProcess().uid();
    try {
      MountInfo mount = MountTable.system().read().topmostAt(mountPoint);
      if (mount == null) {
        log.info("{} is not in the mount table: no control socket", mountPoint);
        return;
      }
      server =
          ControlServer.start(
              ControlSockets.directories(environment, uid),
              uid,
              mount.device(),
              commands(fileSystem));
      log.debug("control socket {}", server.socket());
    } catch (IOException e) {
      log.warn("thins3 refresh will not work here: no control socket ({})", e.getMessage());
    }
  }

  private static Map<String, ControlCommand> commands(ObjectFileSystem fileSystem) {
    return Map.of(REFRESH, arguments -> refresh(fileSystem, arguments));
  }

  private static Map<String, Boolean> refresh(ObjectFileSystem fileSystem, List<String> paths)
      throws ControlException, InterruptedException {
    if (paths.isEmpty()) {
      throw new ControlException("no path to refresh");
    }
    for (String path : paths) {
      if (!isNormal(path)) {
        throw new ControlException("a path is not absolute and normal");
      }
    }
    paths.forEach(fileSystem::refresh);
    return Map.of(TOLD, fileSystem.awaitKernel(KERNEL));
  }

  /** Whether a path is of names alone: what dots mean, who looked it up has to say. */
  private static boolean isNormal(String path) {
    return path.startsWith("/")
        && path.indexOf('\0') < 0
        && List.of(path.split("/", -1)).stream()
            .noneMatch(name -> name.equals(".") || name.equals(".."));
  }

  @Override
  public void close() {
    ControlServer listening = server;
    if (listening != null) {
      listening.close();
    }
  }
}
