package io.thins3.bench.workload;

import io.thins3.bench.process.Commands;
import io.thins3.bench.server.Content;
import java.nio.file.Path;

/** A fresh mount on which a workload does its steps, once. */
public interface Trial {
  /** The timed part of a step. It checks its own result and throws when it is wrong. */
  @FunctionalInterface
  interface Body {
    /** Does the work. */
    Work run() throws Exception;
  }

  /** The run's directory in the mount: prepared data is below it. */
  Path data();

  /** An empty directory in the mount, for this trial alone, which exists in the store already. */
  Path scratch();

  /** Where {@link DataSet#COPY_SOURCE} is. */
  Path copySource();

  /** How much work there is. */
  Sizes sizes();

  /** The names of prepared files. */
  Layout layout();

  /** What is written. */
  Content content();

  /** Where random orders begin: the same for all clients of a round, another one each round. */
  long randomSeed();

  /** Whether requests are counted and times thrown away: the work is done to its end. */
  boolean counting();

  /** Runs programs. */
  Commands commands();

  /**
   * Does and records one step: time, wait until done, costs. A failure is recorded and ends the
   * trial.
   */
  void step(String id, Body body) throws Exception;

  /** Records the mount itself as a step: its time and what it cost since the client's exec. */
  void mountStep(String id);
}
