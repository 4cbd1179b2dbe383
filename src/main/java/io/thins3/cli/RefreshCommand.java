package io.thins3.cli;

import io.thins3.config.ExitCode;
import io.thins3.config.Shown;
import io.thins3.config.UserException;
import io.thins3.fuse.MountInfo;
import io.thins3.fuse.MountTable;
import io.thins3.ops.ControlClient;
import io.thins3.ops.ControlException;
import io.thins3.ops.ControlSockets;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code thins3 refresh}: a mount forgets what it knows at and below some paths. */
final class RefreshCommand implements Command {
  private static final String SYNOPSIS = "thins3 refresh PATH...";
  private static final String TYPE = "fuse.thins3";

  /** Longer than the mount waits for the kernel. */
  private static final Duration DEADLINE = Duration.ofSeconds(50);

  /** Characters of the paths in one request: 64 KiB as JSON, if each is a control character. */
  private static final int LONGEST_PART = 8_000;

  private final Surroundings surroundings;

  RefreshCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public CommandLine commandLine() {
    CommandSpec spec =
        CommandSpecs.takingPlainArguments(
            "refresh", "Makes a mount forget names, attributes and listings below some paths.");
    spec.usageMessage()
        .customSynopsis(SYNOPSIS)
        .footer(
            "",
            "Each PATH is a file or a directory of a mounted bucket, or the mount point, and need"
                + " not exist.",
            "Whoever looks there next sees what the store has, whatever --metadata-ttl says; files",
            "that are open keep their version. To be run by the user who mounted, or by root,"
                + " where",
            "the mount's process runs: kubectl exec POD -- thins3 refresh PATH.",
            "Over --transport libfuse the kernel believes names and attributes for up to 1 s"
                + " more.");
    return CommandSpecs.commandLine(spec);
  }

  @Override
  public int run(ParseResult arguments) throws UserException {
    List<String> paths = CommandSpecs.positionals(arguments);
    if (paths.isEmpty()) {
      throw new UserException(ExitCode.USAGE, "PATH is missing; usage: " + SYNOPSIS);
    }
    MountTable table = table();
    // All are found before anything is done.
    Map<MountInfo, List<String>> byMount = new LinkedHashMap<>();
    for (String path : paths) {
      MountedPath found = find(path, table);
      byMount.computeIfAbsent(found.mount(), mount -> new ArrayList<>()).add(found.path());
    }
    for (Map.Entry<MountInfo, List<String>> one : byMount.entrySet()) {
      List<Path> sockets = sockets(one.getKey());
      for (List<String> some : inParts(one.getValue())) {
        refresh(one.getKey(), sockets, some);
      }
    }
    return ExitCode.OK.code();
  }

  private static List<List<String>> inParts(List<String> paths) {
    List<List<String>> parts = new ArrayList<>();
    int length = 0;
    for (String path : paths) {
      if (parts.isEmpty() || length + path.length() > LONGEST_PART) {
        parts.add(new ArrayList<>());
        length = 0;
      }
      parts.get(parts.size() - 1).add(path);
      length += path.length();
    }
    return parts;
  }

  private static MountTable table() throws UserException {
    try {
      return MountTable.system().read();
    } catch (IOException e) {
      throw new UserException(
          ExitCode.CONTROL, "the mount table cannot be read: " + e.getMessage(), e);
    }
  }

  private MountedPath find(String text, MountTable table) throws UserException {
    Path path;
    try {
      if (text.isEmpty()) {
        throw new InvalidPathException(text, "empty");
      }
      path = Path.of(text).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new UserException(ExitCode.USAGE, "PATH: " + Shown.quoted(text) + " is not a path", e);
    }
    MountedPath found = MountedPath.find(path, table, this::isOurs, RefreshCommand::target);
    if (found == null || !isOurs(found.mount())) {
      throw new UserException(
          ExitCode.MOUNT_POINT,
          "%s lies in no mount of thins3%s; name a path in one"
              .formatted(
                  text,
                  found == null
                      ? ""
                      : ", but in the %s at %s"
                          .formatted(found.mount().type(), found.mount().mountPoint())));
    }
    return found;
  }

  /** {@code -o subtype=} may have given the mount another name: then its socket tells. */
  private boolean isOurs(MountInfo mount) {
    if (mount.type().equals(TYPE)) {
      return true;
    }
    try {
      return mount.type().startsWith("fuse")
          && !ControlSockets.find(directories(mount), mount.device(), owner(mount)).isEmpty();
    } catch (AccessDeniedException e) {
      return false;
    }
  }

  private static @Nullable String target(Path path) {
    try {
      return Files.readSymbolicLink(path).toString();
    } catch (IOException e) {
      return null; // no link, or nothing there
    }
  }

  /** Who mounted: root may be here for another user. */
  private static int owner(MountInfo mount) {
    for (String option : mount.superOptions()) {
      if (option.startsWith("user_id=")) {
        try {
          return Integer.parseUnsignedInt(option.substring("user_id=".length()));
        } catch (NumberFormatException e) {
          return 0;
        }
      }
    }
    return 0;
  }

  private List<Path> directories(MountInfo mount) {
    return ControlSockets.directories(surroundings.environment(), owner(mount));
  }

  private List<Path> sockets(MountInfo mount) throws UserException {
    try {
      List<Path> found = ControlSockets.find(directories(mount), mount.device(), owner(mount));
      if (found.isEmpty()) {
        throw new UserException(
            ExitCode.CONTROL,
            "%s has no control socket (%s) in %s: its process runs in another container, or as"
                    .formatted(
                        mount.mountPoint(),
                        ControlSockets.name(mount.device()),
                        String.join(", ", directories(mount).stream().map(Path::toString).toList()))
                + " another user, or could not make one (its log says why), or has ended");
      }
      return found;
    } catch (AccessDeniedException e) {
      throw new UserException(
          ExitCode.CONTROL,
          "%s was mounted by user %d; only that user and root may refresh it"
              .formatted(mount.mountPoint(), Integer.toUnsignedLong(owner(mount))),
          e);
    }
  }

  private static void refresh(MountInfo mount, List<Path> sockets, List<String> paths)
      throws UserException {
    IOException last = null;
    for (Path socket : sockets) {
      try {
        boolean told =
            ControlClient.ask(socket, MountControl.REFRESH, paths, DEADLINE)
                .path(MountControl.TOLD)
                .asBoolean();
        if (!told) {
          throw new UserException(
              ExitCode.CONTROL,
              "%s is refreshed, but the kernel has not taken all of it yet, because reads wait for"
                      .formatted(mount.mountPoint())
                  + " the store; try again");
        }
        return;
      } catch (ControlException e) {
        throw new UserException(
            ExitCode.CONTROL, "%s refuses: %s".formatted(mount.mountPoint(), e.getMessage()), e);
      } catch (IOException e) {
        last = e; // a dead process' socket, perhaps
      }
    }
    throw new UserException(
        ExitCode.CONTROL,
        "the process that serves %s does not answer at %s (%s); has it ended?"
            .formatted(
                mount.mountPoint(),
                sockets.get(sockets.size() - 1),
                last == null ? "" : last.getMessage()),
        last);
  }
}
