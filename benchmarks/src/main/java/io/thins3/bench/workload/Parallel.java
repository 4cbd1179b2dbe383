package io.thins3.bench.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same thing several times at once. */
final class Parallel {
  /** One of them. */
  @FunctionalInterface
  interface Task<T> {
    T run(int index) throws Exception;
  }

  private Parallel() {}

  /** Runs {@code count} tasks, each on a thread of its own, and returns their results in order. */
  static <T> List<T> collect(int count, Task<T> task) throws Exception {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            count,
            runnable -> {
              Thread thread = new Thread(runnable, "parallel");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int index = i;
        futures.add(threads.submit(() -> task.run(index)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } finally {
      threads.shutdownNow();
    }
  }
}
