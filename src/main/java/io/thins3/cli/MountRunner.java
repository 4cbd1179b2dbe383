package io.thins3.cli;

import io.thins3.config.ServiceConfig;
import io.thins3.config.UserException;

/** Mounts what a configuration says and serves it until it is unmounted. */
public interface MountRunner {
  /**
   * Serves; returns when the mount is gone.
   *
   * @return how the program ends: 0 for a mount that ended as it should
   * @throws UserException if it cannot be mounted or served, for a reason that the user can mend
   */
  int run(ServiceConfig config, RunPolicy policy) throws UserException;
}
