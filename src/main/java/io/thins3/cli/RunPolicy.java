package io.thins3.cli;

import java.time.Duration;

/**
 * How a start goes. Immutable.
 *
 * @param startDeadline how long an answer is waited for
 * @param mountWhenUnreachable afterwards: mount and go on asking, or give up
 * @param createMountPoint make the directory, and those above it, just before mounting
 */
public record RunPolicy(
    Duration startDeadline, boolean mountWhenUnreachable, boolean createMountPoint) {
  /** Somebody sits in front of it and wants to know. */
  static final RunPolicy WORKSTATION = new RunPolicy(Duration.ofSeconds(10), false, false);

  /**
   * Fluid takes a pod for broken that has no mount within seconds, and the store may come later; it
   * makes the directory above the target, not the target.
   */
  static final RunPolicy FLUID = new RunPolicy(Duration.ofMillis(1500), true, true);
}
