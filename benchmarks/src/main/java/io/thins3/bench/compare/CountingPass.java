package io.thins3.bench.compare;

import io.thins3.bench.process.Cleanup;
import io.thins3.bench.result.Sample;
import io.thins3.bench.server.Proxy;
import io.thins3.bench.workload.Group;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Counts the requests of each turn: several turns at once, because their times are not used, each
 * through a proxy of its own. How many requests curl sends needs no counting.
 *
 * <p>Large writes are done one after the other, beside the rest: clients are run side by side, and
 * the room of a run is for one large file that is written (see {@code Sizes.neededBytes}).
 */
final class CountingPass {
  /** Turns at once, one of them perhaps a large write. */
  static final int AT_ONCE = 4;

  /** How much longer than alone a turn may take. */
  static final int PATIENCE = AT_ONCE;

  /** Receives the samples of one turn. */
  @FunctionalInterface
  interface Recorder {
    void record(List<Sample> samples) throws IOException;
  }

  private final TurnRunner runner;
  private final Cleanup cleanup;
  private final URI store;
  private final Duration longestTurn;

  /**
   * A counting pass.
   *
   * @param store address of the server, plain http
   * @param longestTurn after which a turn has ended itself, mounting and preparing included
   */
  CountingPass(TurnRunner runner, Cleanup cleanup, URI store, Duration longestTurn) {
    this.runner = runner;
    this.cleanup = cleanup;
    this.store = store;
    this.longestTurn = longestTurn;
  }

  void run(List<Turn> turns, Recorder recorder) throws Exception {
    ExecutorService writes = Executors.newSingleThreadExecutor(CountingPass::daemon);
    ExecutorService others = Executors.newFixedThreadPool(AT_ONCE - 1, CountingPass::daemon);
    try {
      List<Future<List<Sample>>> counted = new ArrayList<>();
      for (Turn turn : turns) {
        counted.add((writesLargeFiles(turn) ? writes : others).submit(() -> count(turn)));
      }
      long left = longestTurn.toSeconds() * turns.size();
      for (Future<List<Sample>> samples : counted) {
        recorder.record(samples.get(left, TimeUnit.SECONDS));
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (TimeoutException e) {
      throw new IOException("the counting pass does not come to an end", e);
    } finally {
      end(writes);
      end(others);
    }
  }

  private static boolean writesLargeFiles(Turn turn) {
    return turn.workload().group().equals(Group.WRITE);
  }

  private List<Sample> count(Turn turn) throws Exception {
    try (Cleanup.Held<Proxy> proxy =
        cleanup.acquire("proxy", () -> Proxy.start(store, Duration.ZERO), Proxy::close)) {
      return runner.run(
          turn, Sample.COUNTING_ROUND, new Way(proxy.get().endpoint(), 0, proxy.get()));
    }
  }

  /** Whoever ends the pass early removes things next: no worker may still be making some. */
  private static void end(ExecutorService workers) throws InterruptedException {
    workers.shutdownNow();
    if (!workers.awaitTermination(15, TimeUnit.SECONDS)) {
      System.err.println("bench: a counting turn does not stop");
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "counting");
    thread.setDaemon(true);
    return thread;
  }
}
