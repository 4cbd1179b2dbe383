package io.thins3.cli;

import io.thins3.config.ExitCode;
import io.thins3.config.OptionLayer;
import io.thins3.config.OptionSource;
import io.thins3.config.OptionValues;
import io.thins3.config.Options;
import io.thins3.config.Owner;
import io.thins3.config.ServiceConfig;
import io.thins3.config.UserException;
import io.thins3.config.Warnings;
import io.thins3.fluid.FluidConfiguration;
import io.thins3.fluid.FluidFiles;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code thins3 fluid}: the entry point of the ThinRuntime's image. */
final class FluidCommand implements Command {
  private final CommandSpecs specs = new CommandSpecs(OptionSource.FLUID_COMMAND);
  private final Surroundings surroundings;

  FluidCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public CommandLine commandLine() {
    CommandSpec spec =
        specs.create("fluid", "Mounts what Fluid's config.json says; stays in the foreground.");
    spec.usageMessage()
        .customSynopsis("thins3 fluid [OPTIONS]")
        .footer(
            "",
            "The options here are for Datasets that do not give them: what a mount's options, the",
            "ThinRuntime's options and MOUNT_OPTIONS say comes first, in this order.");
    return CommandSpecs.commandLine(spec);
  }

  @Override
  public int run(ParseResult arguments) throws UserException {
    if (!CommandSpecs.positionals(arguments).isEmpty()) {
      throw new UserException(
          ExitCode.USAGE,
          "thins3 fluid takes options only; config.json names bucket and directory");
    }
    Warnings warnings = new Warnings();
    Session session = new Session(surroundings, warnings);
    List<OptionLayer> container = List.of(specs.layer(arguments), session.environment());
    OptionValues values = new OptionValues(container, warnings);
    FluidFiles files =
        FluidFiles.of(values.find(Options.FLUID_CONFIG), values.find(Options.SECRETS_ROOT));
    ServiceConfig config =
        new FluidConfiguration(
                files, surroundings.environment(), container, Owner.ofProcess(), warnings)
            .load();
    return session.run(config, RunPolicy.FLUID);
  }
}
