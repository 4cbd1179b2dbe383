package io.thins3.ops;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.thins3.config.LogSettings;

/**
 * What logback finds (as a service) when the first logger is made: the defaults, until the
 * configuration has been read. It keeps logback from looking for XML files and from its own
 * default, which logs everything.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class InitialLogging extends ContextAwareBase implements Configurator {
  /** Called by logback. */
  public InitialLogging() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    LoggingSetup.apply(context, LogSettings.DEFAULT, LoggingSetup.unclosable(System.out));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
