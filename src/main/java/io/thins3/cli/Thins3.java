package io.thins3.cli;

import io.thins3.config.ExitCode;
import io.thins3.config.Shown;
import io.thins3.config.TransportKind;
import io.thins3.config.UserException;
import io.thins3.fuse.Transport;
import io.thins3.fuse.libfuse.LibfuseTransport;
import io.thins3.fuse.linux.LinuxTransport;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The program: finds the command, and turns failures into a line and an exit code. */
public final class Thins3 {
  private static final Logger log = LoggerFactory.getLogger(Thins3.class);
  private static final String DEFAULT_COMMAND = "mount";

  private final PrintStream out;
  private final PrintStream err;
  private final Command mount;
  private final Map<String, Command> commands = new LinkedHashMap<>();

  /** Creates it. */
  Thins3(PrintStream out, PrintStream err, Map<String, String> environment, MountRunner runner) {
    this.out = out;
    this.err = err;
    Surroundings surroundings =
        new Surroundings(
            out, Map.copyOf(environment), ReadySignal.of(environment).isBackground(), runner);
    mount = new MountCommand(surroundings);
    commands.put(DEFAULT_COMMAND, mount);
    commands.put("fluid", new FluidCommand(surroundings));
    commands.put("refresh", new RefreshCommand(surroundings));
  }

  /** Runs the program. */
  public static void main(String[] args) {
    Map<String, String> environment = System.getenv();
    ReadySignal ready = ReadySignal.of(environment);
    MountRunner runner = new MountService(Thins3::transport, ready, environment);
    System.exit(new Thins3(System.out, System.err, environment, runner).run(args));
  }

  private static Transport transport(TransportKind kind) {
    return switch (kind) {
      case LINUX -> new LinuxTransport();
      case LIBFUSE -> new LibfuseTransport();
    };
  }

  /** Runs a command line; returns the exit code. */
  int run(String... args) {
    try {
      return dispatch(List.of(args));
    } catch (UserException e) {
      log.debug("Ending with exit code {}", e.exitCode().code(), e);
      err.println("thins3: " + Shown.escaped(String.valueOf(e.getMessage())));
      return e.exitCode().code();
    } catch (Throwable e) {
      log.debug("Ending because of a bug", e);
      err.println(
          "thins3: internal error: "
              + e.getClass().getName()
              + "; please report it with the stack trace that --log-level debug writes to the log");
      return ExitCode.INTERNAL.code();
    }
  }

  private int dispatch(List<String> args) throws UserException {
    String first = args.isEmpty() ? "" : args.get(0);
    switch (first) {
      case "-h", "--help", "help" -> {
        overview().usage(out);
        return ExitCode.OK.code();
      }
      case "-V", "--version" -> {
        out.println(Version.text());
        return ExitCode.OK.code();
      }
      default -> {
        Command named = commands.get(first);
        return named == null
            ? run(DEFAULT_COMMAND, mount, args)
            : run(first, named, args.subList(1, args.size()));
      }
    }
  }

  private int run(String name, Command command, List<String> args) throws UserException {
    CommandLine commandLine = command.commandLine();
    ParseResult arguments;
    try {
      arguments = commandLine.parseArgs(args.toArray(String[]::new));
    } catch (ParameterException e) {
      throw ArgumentErrors.of(e, "thins3 " + name);
    }
    if (arguments.isUsageHelpRequested()) {
      commandLine.usage(out);
      return ExitCode.OK.code();
    }
    if (arguments.isVersionHelpRequested()) {
      out.println(Version.text());
      return ExitCode.OK.code();
    }
    return command.run(arguments);
  }

  private CommandLine overview() {
    CommandSpec spec = CommandSpecs.addStandardOptions(CommandSpec.create().name("thins3"));
    spec.usageMessage()
        .width(100)
        .description("Mounts S3 buckets as directories.")
        .customSynopsis(
            "thins3 COMMAND [OPTIONS] ...", "       thins3 [OPTIONS] BUCKET[:PREFIX] MOUNTPOINT")
        .footer("", "Without a command: mount. thins3 COMMAND --help shows a command's options.");
    commands.forEach((name, command) -> spec.addSubcommand(name, command.commandLine()));
    return CommandSpecs.commandLine(spec);
  }
}
