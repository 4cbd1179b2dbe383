package io.thins3.cli;

import io.thins3.config.OptionLayer;
import io.thins3.config.ServiceConfig;
import io.thins3.config.Shown;
import io.thins3.config.UserException;
import io.thins3.config.Warnings;
import io.thins3.ops.Logging;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last steps that all commands have in common: log, and run. */
final class Session {
  private static final Logger log = LoggerFactory.getLogger(Session.class);

  private final Surroundings surroundings;
  private final Warnings warnings;

  Session(Surroundings surroundings, Warnings warnings) {
    this.surroundings = surroundings;
    this.warnings = warnings;
  }

  /** The options that the environment gives; warns about those that do not exist. */
  OptionLayer environment() {
    OptionLayer layer = OptionLayer.ofEnvironment(surroundings.environment());
    for (String key : layer.unknownKeys()) {
      warnings.add(
          "the variable " + Shown.plain(layer.label(key)) + " is not known and is ignored");
    }
    return layer;
  }

  /** Starts logging, says what was odd in the configuration, and serves it. */
  int run(ServiceConfig config, RunPolicy policy) throws UserException {
    Logging.start(config.log(), surroundings.out());
    for (String line : warnings.lines()) {
      log.warn(line);
    }
    try {
      return surroundings.runner().run(config, policy);
    } catch (UserException e) {
      // Standard error shows it too; but in the background that may be closed by now.
      if (config.log().file() != null) {
        log.error(e.getMessage());
      }
      throw e;
    }
  }
}
