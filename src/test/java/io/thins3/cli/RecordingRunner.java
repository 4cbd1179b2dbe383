package io.thins3.cli;

import io.thins3.config.ServiceConfig;
import io.thins3.config.UserException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Mounts nothing; remembers what it was told to. */
final class RecordingRunner implements MountRunner {
  /** How it ends. */
  interface End {
    int end() throws UserException;
  }

  private final End end;
  private @Nullable ServiceConfig config;
  private @Nullable RunPolicy policy;

  RecordingRunner(End end) {
    this.end = end;
  }

  @Override
  public int run(ServiceConfig config, RunPolicy policy) throws UserException {
    this.config = config;
    this.policy = policy;
    return end.end();
  }

  boolean hasRun() {
    return config != null;
  }

  ServiceConfig config() {
    return Objects.requireNonNull(config, "nothing was run");
  }

  RunPolicy policy() {
    return Objects.requireNonNull(policy, "nothing was run");
  }
}
