package io.thins3.bench.measure;

import io.thins3.bench.result.MachineInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Describes the machine. */
public final class Machine {
  private Machine() {}

  /** Reads the description from /proc and the JVM. */
  public static MachineInfo describe() {
    return new MachineInfo(
        field("/proc/cpuinfo", "model name"),
        Runtime.getRuntime().availableProcessors(),
        memoryBytes(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.runtime.version", "unknown"),
        isRoot());
  }

  /** Whether this program runs as root. */
  public static boolean isRoot() {
    return field("/proc/self/status", "Uid").split("\\s+", -1)[0].equals("0");
  }

  private static long memoryBytes() {
    String kibibytes = field("/proc/meminfo", "MemTotal").replaceAll("[^0-9]", "");
    return kibibytes.isEmpty() ? 0 : Long.parseLong(kibibytes) << 10;
  }

  private static String field(String file, String name) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
