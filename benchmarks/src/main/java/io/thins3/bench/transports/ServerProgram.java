package io.thins3.bench.transports;

import io.thins3.bench.transports.server.ServerKind;
import io.thins3.bench.transports.server.ServerMain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a server: a JVM of its own, with the same flags for all of them. */
final class ServerProgram {
  private ServerProgram() {}

  /** The flags, as the launcher of ThinS3 chooses them; the heap is bounded for a small pod. */
  static List<String> flags() {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "-Xmx256m",
                "-XX:MaxDirectMemorySize=256m",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Djava.awt.headless=true",
                "-Dlogback.configurationFile=bench-logback.xml"));
    int feature = Runtime.version().feature();
    if (feature >= 22) {
      flags.add("--enable-native-access=ALL-UNNAMED");
    }
    if (feature >= 23) {
      flags.add("--sun-misc-unsafe-memory-access=allow");
    }
    return flags;
  }

  /** All of it. */
  static List<String> command(ServerKind kind, Path directory, Task task, Amounts amounts) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(ServerMain.class.getName());
    command.addAll(
        ServerMain.arguments(
            kind, directory, task.uncached(), Amounts.LATE_MILLIS, amounts.entries()));
    return command;
  }
}
