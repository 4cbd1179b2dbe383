package io.thins3.bench.result;

import org.jspecify.annotations.Nullable;

/**
 * One step of one workload by one client, once.
 *
 * @param latencyMillis added round trip to the server
 * @param round from 1; 0 is the counting pass, whose times are not used
 * @param step id of the step, unique over all workloads
 * @param client name of the client; {@code curl} is the reference without a mount
 * @param outcome what became of it
 * @param reason one line, when it is not {@link Outcome#OK}
 * @param measurement when it is {@link Outcome#OK}
 * @param cost when it is {@link Outcome#OK}
 * @param traffic when the step's requests went through the proxy
 * @param mountSeconds from exec to a usable mount, with the first step of a mount only
 */
public record Sample(
    int latencyMillis,
    int round,
    String step,
    String client,
    Outcome outcome,
    @Nullable String reason,
    @Nullable Measurement measurement,
    @Nullable Cost cost,
    @Nullable Traffic traffic,
    @Nullable Double mountSeconds) {

  /** The round of the counting pass. */
  public static final int COUNTING_ROUND = 0;

  /** The name under which the reference without a mount is recorded. */
  public static final String REFERENCE = "curl";

  /** The same with the time its mount took. */
  public Sample withMountSeconds(@Nullable Double seconds) {
    return new Sample(
        latencyMillis, round, step, client, outcome, reason, measurement, cost, traffic, seconds);
  }

  /** What became of a step. */
  public enum Outcome {
    /** It did its work; its result was checked. */
    OK,
    /** An operation failed, gave a wrong result or took too long. */
    FAILED,
    /** It was not tried, because an earlier step failed or a program is missing. */
    SKIPPED
  }
}
