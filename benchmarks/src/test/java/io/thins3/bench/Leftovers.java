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
  public static List<String> mountsOf(long pid) throws IOException {
    return mounts(NAME + pid + "-");
  }

  /** Everything of a run, in words. Other runs may be going on. */
  public static List<String> of(long pid) throws IOException {
    return all(NAME + pid + "-");
  }

  /** Everything of this process's runs. */
  public static List<String> own() throws IOException {
    return of(ProcessHandle.current().pid());
  }

  private static List<String> mounts(String name) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .filter(line -> line.contains(name))
        .toList();
  }

  private static List<String> all(String name) throws IOException {
    List<String> found = new ArrayList<>(mounts(name));
    for (Path directory :
        List.of(Path.of(System.getProperty("java.io.tmpdir")), Path.of("/dev/shm"))) {
      if (Files.isDirectory(directory)) {
        try (Stream<Path> entries = Files.list(directory)) {
          entries.map(Path::toString).filter(entry -> entry.contains(name)).forEach(found::add);
        }
      }
    }
    ProcessHandle.allProcesses()
        .map(process -> process.pid() + " " + process.info().commandLine().orElse(""))
        .filter(process -> process.contains("/" + name))
        .forEach(found::add);
    return found;
  }
}
