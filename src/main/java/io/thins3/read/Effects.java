package io.thins3.read;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a decision, made under the engine's lock, has to do outside of it: answers, GETs, releases
 * of others. For one thread.
 */
final class Effects {
  private static final Logger log = LoggerFactory.getLogger(Effects.class);

  private final List<Runnable> actions = new ArrayList<>(2);
  private final List<Runnable> work = new ArrayList<>(0);

  void add(Runnable action) {
    actions.add(action);
  }

  /** Something that takes its time, to be done when nobody waits for the rest any more. */
  void addWork(Runnable action) {
    work.add(action);
  }

  /**
   * Does it all, with the lock not held. One that fails does not keep the others from happening.
   */
  void run() {
    run(actions);
    run(work);
  }

  private static void run(List<Runnable> actions) {
    for (int i = 0; i < actions.size(); i++) {
      try {
        actions.get(i).run();
      } catch (RuntimeException | Error e) {
        log.error("an accident in the read engine", e);
      }
    }
  }
}
