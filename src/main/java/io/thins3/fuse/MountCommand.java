package io.thins3.fuse;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The mount table of a system without /proc (macOS), read from the output of {@code mount}: {@code
 * SOURCE on MOUNTPOINT (TYPE, OPTION, ...)}. That output has no ids; they are the line numbers, so
 * two looks agree as long as no earlier mount comes or goes. A mount that is stacked on another has
 * that one as parent, any other the first line.
 */
final class MountCommand implements MountTable.Source {
  private static final Pattern LINE = Pattern.compile("(.*) on (/.*) \\(([^()]*)\\)");
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  @Override
  public MountTable read() throws IOException {
    Command.Outcome outcome = Command.run(DEADLINE, "/sbin/mount");
    if (!outcome.succeeded()) {
      throw new IOException("/sbin/mount: " + outcome.describe());
    }
    return parse(outcome.output());
  }

  static MountTable parse(String output) {
    List<MountInfo> mounts = new ArrayList<>();
    for (String line : output.split("\n", -1)) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        List<String> options = List.of(matcher.group(3).split(", ", -1));
        String mountPoint = matcher.group(2);
        // The root's parent is itself, so that the walk starts there.
        long parent = 1;
        for (MountInfo below : mounts) {
          if (mountPoint.equals(below.mountPoint()) || isBelow(mountPoint, below.mountPoint())) {
            parent = below.id();
          }
        }
        mounts.add(
            new MountInfo(
                mounts.size() + 1L,
                parent,
                "",
                "/",
                mountPoint,
                options.get(0),
                matcher.group(1),
                options.subList(1, options.size()),
                List.of()));
      }
    }
    return new MountTable(mounts);
  }

  private static boolean isBelow(String path, String ancestor) {
    return ancestor.equals("/") || path.startsWith(ancestor + "/");
  }
}
