package io.thins3.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A program that gives the signal and goes on: for tests of it in a JVM of its own. */
public final class ReadySignalProgram {
  private ReadySignalProgram() {}

  /** Waits for a line from the FIFO OUT/end after the signal. */
  public static void main(String[] args) throws Exception {
    Map<String, String> environment = System.getenv();
    Path out = Path.of(environment.getOrDefault("OUT", ""));
    System.out.println("before");
    Files.writeString(out.resolve("pid"), Long.toString(ProcessHandle.current().pid()));
    ReadySignal.of(environment).mounted();
    System.out.println("after");
    Files.readString(out.resolve("end"));
    Files.writeString(out.resolve("done"), "done");
  }
}
