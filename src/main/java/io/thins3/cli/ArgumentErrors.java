package io.thins3.cli;

import io.thins3.config.ExitCode;
import io.thins3.config.Shown;
import io.thins3.config.UserException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * One line about arguments that cannot be understood. Values are never shown: who gives a secret by
 * an option that does not exist must not find it in a log.
 */
final class ArgumentErrors {
  private static final List<String> SECRETS =
      List.of("--access-key", "--secret-key", "--session-token", "--password");

  private static final Pattern OPTION = Pattern.compile("'(--?[A-Za-z][A-Za-z0-9_-]*)");

  private ArgumentErrors() {}

  static UserException of(ParameterException e, String command) {
    return new UserException(ExitCode.USAGE, message(e) + "; see " + command + " --help");
  }

  private static String message(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      return unmatched.getUnmatched().stream()
          .filter(argument -> argument.startsWith("-"))
          .findFirst()
          .map(argument -> unknown(argument, unmatched))
          .orElse("too many arguments");
    }
    String name = name(e);
    if (e instanceof MissingParameterException) {
      return name + " needs a value";
    }
    if (e instanceof OverwrittenOptionException) {
      return name + " is given more than once";
    }
    return name + ": the value cannot be understood";
  }

  private static String name(ParameterException e) {
    if (e.getArgSpec() instanceof OptionSpec option) {
      return option.longestName();
    }
    // "Expected parameter for option '--x' but found '--y'" comes without the option itself.
    Matcher quoted = OPTION.matcher(String.valueOf(e.getMessage()));
    return quoted.find() ? quoted.group(1) : "an option";
  }

  private static String unknown(String argument, UnmatchedArgumentException unmatched) {
    int equals = argument.indexOf('=');
    String option = equals < 0 ? argument : argument.substring(0, equals);
    if (SECRETS.contains(option)) {
      return "unknown option "
          + option
          + ": credentials are never given on the command line, where others can read them; write"
          + " them into files for --access-key-file, --secret-key-file and --session-token-file";
    }
    List<String> similar = unmatched.getSuggestions();
    return "unknown option "
        + Shown.quoted(option)
        + (similar.isEmpty() ? "" : " (did you mean " + String.join(" or ", similar) + "?)");
  }
}
