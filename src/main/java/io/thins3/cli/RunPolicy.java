package io.thins3.cli;

import java.time.Duration;

/**
 * What happens when a store does not answer at start. Immutable.
 *
 * @param startDeadline how long an answer is waited for
 * @param mountWhenUnreachable afterwards: mount and go on asking, or give up
 */
public record RunPolicy(Duration startDeadline, boolean mountWhenUnreachable) {
  /** Somebody sits in front of it and wants to know. */
  static final RunPolicy WORKSTATION = new RunPolicy(Duration.ofSeconds(10), false);

  /**
   * Fluid takes a pod for broken that has no mount within seconds, and the store may come later.
   */
  static final RunPolicy FLUID = new RunPolicy(Duration.ofMillis(1500), true);
}
