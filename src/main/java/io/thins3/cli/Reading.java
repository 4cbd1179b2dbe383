package io.thins3.cli;

import com.sun.management.OperatingSystemMXBean;
import io.thins3.memory.MemoryBudget;
import io.thins3.memory.MemoryLimit;
import io.thins3.read.ReadEngine;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What reads the files of a mount: the memory budget, the engine on it, and the one thread that
 * does for both what has its time. That thread never waits.
 */
final class Reading implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Reading.class);

  /** How often idle memory is looked for, and what hangs. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final ScheduledThreadPoolExecutor timer;
  private final MemoryBudget budget;
  private final ReadEngine engine;

  private Reading(ScheduledThreadPoolExecutor timer, MemoryBudget budget, ReadEngine engine) {
    this.timer = timer;
    this.budget = budget;
    this.engine = engine;
  }

  /**
   * Starts it.
   *
   * @param memoryLimit bytes; null: what suits the machine
   * @param deadline longest time that a read may queue for memory
   */
  static Reading start(@Nullable Long memoryLimit, Duration deadline) {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "read-timer");
              thread.setDaemon(true);
              return thread;
            });
    long bytes = memoryLimit == null ? MemoryLimit.ofMachine(memory()) : memoryLimit;
    MemoryBudget budget = new MemoryBudget(bytes, System::nanoTime, timer);
    ReadEngine engine =
        new ReadEngine(
            budget,
            (delay, action) -> {
              var unused = timer.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
            },
            System::nanoTime,
            deadline);
    MemoryReturn memory = new MemoryReturn(System::nanoTime);
    var unused =
        timer.scheduleWithFixedDelay(
            safely(() -> look(budget, engine, memory)),
            LOOK.toMillis(),
            LOOK.toMillis(),
            TimeUnit.MILLISECONDS);
    return new Reading(timer, budget, engine);
  }

  ReadEngine engine() {
    return engine;
  }

  MemoryBudget budget() {
    return budget;
  }

  private static void look(MemoryBudget budget, ReadEngine engine, MemoryReturn memory) {
    engine.watch();
    long letGo = (long) budget.trim() * MemoryBudget.PAGE_BYTES;
    if (memory.look(letGo, engine.counts().reads())) {
      System.gc();
    }
  }

  /**
   * A look that ends well. What it threw, an OutOfMemoryError too, would end the schedule: no
   * deadline of a read, and no memory back, for ever.
   */
  static Runnable safely(Runnable look) {
    return () -> {
      try {
        look.run();
      } catch (Throwable t) {
        log.error("looking after idle memory failed; it goes on", t);
      }
    };
  }

  /** Memory of the machine or the control group; 0 when it is not known. */
  private static long memory() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : 0;
  }

  /** Fails the reads that wait. */
  @Override
  public void close() {
    engine.close();
    timer.shutdownNow();
  }
}
