package io.thins3.config;

/** The places where an option can be given. */
public enum OptionSource {
  /** The command line of {@code thins3 mount}. */
  MOUNT_COMMAND,
  /** The command line of {@code thins3 fluid}. */
  FLUID_COMMAND,
  /** A variable {@code THINS3_NAME}. */
  ENVIRONMENT,
  /** The option maps of Fluid's config.json, and MOUNT_OPTIONS. */
  OPTION_MAP
}
