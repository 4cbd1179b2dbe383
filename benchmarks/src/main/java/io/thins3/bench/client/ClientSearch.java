package io.thins3.bench.client;

import io.thins3.bench.process.Commands;
import io.thins3.bench.process.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks for the clients on PATH; for thins3 in a working tree's distribution first. */
public final class ClientSearch {
  /**
   * s3fs before 1.91 shows directories that have no object of their own and does not know the
   * option; from 1.91 on it must be told.
   */
  private static final Pattern S3FS_VERSION = Pattern.compile("V?(\\d+)\\.(\\d+)");

  /**
   * What a search found.
   *
   * @param installed clients that are there and run
   * @param missing clients that are not
   */
  public record Found(List<InstalledClient> installed, List<Missing> missing) {}

  /**
   * A client that cannot take part.
   *
   * @param reason one line: how a user gets it, or what is wrong with the one that is there
   */
  public record Missing(ClientSpec spec, String reason) {}

  /** A program that cannot tell its version in so long a time will not mount either. */
  private static final Duration VERSION_DEADLINE = Duration.ofSeconds(10);

  private final Commands commands;
  private final Path distribution;

  /**
   * A search.
   *
   * @param distribution {@code target/thins3} of the working tree; need not exist
   */
  public ClientSearch(Commands commands, Path distribution) {
    this.commands = commands;
    this.distribution = distribution;
  }

  /** Looks for clients, keeping their order. */
  public Found find(List<ClientSpec> wanted) throws InterruptedException {
    List<InstalledClient> installed = new ArrayList<>();
    List<Missing> missing = new ArrayList<>();
    for (ClientSpec spec : wanted) {
      Optional<Path> program = program(spec);
      if (program.isEmpty()) {
        missing.add(new Missing(spec, "not installed: " + spec.install()));
        continue;
      }
      try {
        String version = version(spec, program.get());
        installed.add(new InstalledClient(forVersion(spec, version), program.get(), version));
      } catch (IOException e) {
        missing.add(new Missing(spec, "does not run: " + e.getMessage()));
      }
    }
    return new Found(installed, missing);
  }

  private Optional<Path> program(ClientSpec spec) {
    Path built = distribution.resolve("bin").resolve(spec.name());
    return Files.isExecutable(built) ? Optional.of(built) : Commands.find(spec.name());
  }

  private String version(ClientSpec spec, Path program) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(spec.versionArguments());
    Output output = commands.within(VERSION_DEADLINE).require(command);
    return (output.standardOutput() + output.standardError())
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.contains("NOTICE"))
        .findFirst()
        .orElse("unknown");
  }

  static ClientSpec forVersion(ClientSpec spec, String version) {
    Matcher numbers = S3FS_VERSION.matcher(version);
    if (!spec.name().equals("s3fs") || !numbers.find()) {
      return spec;
    }
    int major = Integer.parseInt(numbers.group(1));
    int minor = Integer.parseInt(numbers.group(2));
    if (major == 1 && minor < 91) {
      return spec;
    }
    List<String> arguments = new ArrayList<>(spec.mountArguments());
    arguments.addAll(1, List.of("-o", "compat_dir"));
    return spec.withMountArguments(arguments);
  }
}
