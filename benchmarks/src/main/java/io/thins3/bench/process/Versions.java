package io.thins3.bench.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What programs say about themselves. */
public final class Versions {
  private final Commands commands;

  /** Asks by these commands. */
  public Versions(Commands commands) {
    this.commands = commands;
  }

  /** A line a program, for the record. */
  public List<String> of(List<String> programs) throws IOException, InterruptedException {
    List<String> versions = new ArrayList<>();
    for (String program : programs) {
      if (Commands.find(program).isEmpty()) {
        versions.add(program + " not installed");
      } else {
        commands
            .run(List.of(program, "--version"))
            .standardOutput()
            .lines()
            .findFirst()
            .map(line -> line.replaceFirst("(curl \\S+).*", "$1"))
            .ifPresent(versions::add);
      }
    }
    return versions;
  }
}
