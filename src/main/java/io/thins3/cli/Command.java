package io.thins3.cli;

import io.thins3.config.UserException;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** A subcommand. */
interface Command {
  /** Its options and its usage text. */
  CommandLine commandLine();

  /** Does what parsed arguments say; returns the program's exit code. */
  int run(ParseResult arguments) throws UserException;
}
