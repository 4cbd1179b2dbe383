package io.thins3.bench.transports;

import io.thins3.bench.result.Unit;
import java.util.List;

/** All that is measured. */
public final class Tasks {
  private Tasks() {}

  /** In the order of reports. */
  static List<Task> all(Amounts amounts) {
    return List.of(
        ReadTask.lateFirst(amounts),
        ReadTask.lateAgain(amounts),
        ReadTask.direct(amounts),
        new ListTask(amounts),
        new StatTask(16, Unit.OPERATIONS_PER_SECOND, amounts),
        new StatTask(64, Unit.P99_MILLISECONDS, amounts));
  }

  /** The ids of their steps. */
  public static List<String> ids() {
    return all(Amounts.tiny()).stream().map(task -> task.step().id()).toList();
  }
}
