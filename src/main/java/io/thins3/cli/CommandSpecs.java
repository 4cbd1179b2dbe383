package io.thins3.cli;

import io.thins3.config.ExitCode;
import io.thins3.config.Option;
import io.thins3.config.OptionLayer;
import io.thins3.config.OptionSource;
import io.thins3.config.OptionValue;
import io.thins3.config.Options;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * Command lines out of the registry of options, and layers of options out of what was parsed.
 * picocli only takes the arguments apart: values are texts to it, so that they are read in the same
 * place as those of config.json.
 */
final class CommandSpecs {
  private final OptionSource source;

  CommandSpecs(OptionSource source) {
    this.source = source;
  }

  /** A command with all options that its command line takes. */
  CommandSpec create(String name, String description) {
    CommandSpec spec = CommandSpec.create().name(name);
    spec.usageMessage().description(description).sortOptions(false).width(100);
    for (Option<?> option : Options.all()) {
      if (option.isAcceptedFrom(source)) {
        spec.addOption(visible(option));
        for (Option.Alias alias : option.aliases()) {
          if (alias.onCommandLine()) {
            spec.addOption(spec(option, alias.name(), List.of("--" + alias.name()), true));
          }
        }
      }
    }
    return addStandardOptions(addArguments(spec));
  }

  /** A command without options of its own. */
  static CommandSpec takingPlainArguments(String name, String description) {
    CommandSpec spec = CommandSpec.create().name(name);
    spec.usageMessage().description(description).sortOptions(false).width(100);
    return addStandardOptions(addArguments(spec));
  }

  /** Taken as they come; the command itself says what is missing or too much. */
  private static CommandSpec addArguments(CommandSpec spec) {
    return spec.addPositional(
        PositionalParamSpec.builder()
            .type(String[].class)
            .arity("0..*")
            .paramLabel("ARGUMENT")
            .hidden(true)
            .build());
  }

  /** Adds {@code --help} and {@code --version}. */
  static CommandSpec addStandardOptions(CommandSpec spec) {
    return spec.addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this text.")
                .build())
        .addOption(
            OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Show the version.")
                .build());
  }

  /** A command line that takes every argument as it stands. */
  static CommandLine commandLine(CommandSpec spec) {
    CommandLine commandLine = new CommandLine(spec);
    commandLine.setExpandAtFiles(false); // "@x" is a name, not a file of arguments
    commandLine.setInterpolateVariables(false);
    commandLine.setHelpFactory(FlagsWithoutValues::new);
    return commandLine;
  }

  private static OptionSpec visible(Option<?> option) {
    List<String> names = new ArrayList<>();
    if (option.shortName() != null) {
      names.add("-" + option.shortName());
    }
    names.add("--" + option.name());
    return spec(option, option.name(), names, false);
  }

  private static OptionSpec spec(
      Option<?> option, String key, List<String> names, boolean isHidden) {
    OptionSpec.Builder builder =
        OptionSpec.builder(names.toArray(String[]::new))
            .descriptionKey(key)
            .hidden(isHidden)
            .description(description(option));
    if (option.type().isFlag()) {
      // A value may stand behind "="; apart, picocli takes only "true" and "false" for one, so
      // that BUCKET is not eaten.
      return builder
          .type(Boolean.class)
          .arity("0..1")
          .fallbackValue("true")
          .converters(text -> true)
          .build();
    }
    return builder
        .type(option == Options.MOUNT_OPTIONS ? String[].class : String.class)
        .arity("1")
        .paramLabel(option.type().placeholder())
        .hideParamSyntax(true)
        .build();
  }

  private static String description(Option<?> option) {
    String text = option.description();
    if (!option.defaultText().isEmpty() && !option.defaultText().equals("false")) {
      text += " Default: " + option.defaultText() + ".";
    }
    return text.replace("%", "%%");
  }

  /** The arguments that are no options. */
  static List<String> positionals(ParseResult result) {
    List<String> positionals = new ArrayList<>();
    // The list has the one parameter once for each group of arguments, and each time with all.
    for (ArgSpec argument : new LinkedHashSet<>(result.matchedPositionals())) {
      positionals.addAll(argument.originalStringValues());
    }
    return positionals;
  }

  /** The options that were given, with the names that were used. */
  OptionLayer layer(ParseResult result) {
    Map<String, OptionValue> values = new LinkedHashMap<>();
    for (OptionSpec option : result.matchedOptions()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        values.put(
            option.descriptionKey(),
            new OptionValue.Literal(String.join(",", option.originalStringValues())));
      }
    }
    return new OptionLayer(source, ExitCode.USAGE, CommandSpecs::label, values);
  }

  private static String label(String key) {
    return key.equals(Options.MOUNT_OPTIONS.name()) ? "-o" : "--" + key;
  }

  /** Shows a flag as a flag, though it can have a value. */
  private static final class FlagsWithoutValues extends Help {
    FlagsWithoutValues(CommandSpec spec, ColorScheme colors) {
      super(spec, colors);
    }

    @Override
    public IParamLabelRenderer parameterLabelRenderer() {
      IParamLabelRenderer standard = super.parameterLabelRenderer();
      return new IParamLabelRenderer() {
        @Override
        public Ansi.Text renderParameterLabel(
            ArgSpec argument, Ansi ansi, List<Ansi.IStyle> styles) {
          return argument.type() == Boolean.class
              ? ansi.new Text("")
              : standard.renderParameterLabel(argument, ansi, styles);
        }

        @Override
        public String separator() {
          return standard.separator();
        }
      };
    }
  }
}
