package io.thins3.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a run has left on the machine: mounts, processes, directories of its name. */
public final class Leftovers {
  private static final String NAME = "thins3-bench-";

  private Leftovers() {}

  /** The mounts on directories of a run. */
  public static List<String> mounts() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .filter(line -> line.contains(NAME))
        .toList();
  }

  /** Everything, in words. Runs of others on the same machine count too: none must be going on. */
  public static List<String> all() throws IOException {
    List<String> found = new ArrayList<>(mounts());
    for (Path directory :
        List.of(Path.of(System.getProperty("java.io.tmpdir")), Path.of("/dev/shm"))) {
      if (Files.isDirectory(directory)) {
        try (Stream<Path> entries = Files.list(directory)) {
          entries.map(Path::toString).filter(entry -> entry.contains(NAME)).forEach(found::add);
        }
      }
    }
    ProcessHandle.allProcesses()
        .map(process -> process.pid() + " " + process.info().commandLine().orElse(""))
        .filter(process -> process.contains("/" + NAME))
        .forEach(found::add);
    return found;
  }
}
