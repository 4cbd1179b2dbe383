package io.thins3.bench.process;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;

/**
 * Everything that must be undone: mounts, processes, directories, objects in the store. Undone in
 * reverse order, at the end of a run, after a failure, or from the shutdown hook after Ctrl-C or
 * SIGTERM, whichever comes first, and once.
 *
 * <pre>
 *   open ── acquire: made and registered in one step ── release: undone, forgotten
 *    │
 *  close() (end, failure, signal): all undone, last made first
 *    │
 *  closed ── acquire: CancellationException, nothing is made
 * </pre>
 *
 * <p>Thread-safe. {@code acquire} holds the lock while it makes the thing (starting a process,
 * creating a directory: nothing that waits for another machine), because between making and
 * registering nobody would undo it.
 */
public final class Cleanup implements AutoCloseable {
  /** An unmount with all its patience, and some more. */
  private static final long LONGEST_UNDO_NANOS = 90_000_000_000L;

  /** Undoes one thing. */
  @FunctionalInterface
  public interface Undo {
    /** Called at most once. */
    void run() throws Exception;
  }

  /** Makes a thing. */
  @FunctionalInterface
  public interface Maker<T, X extends Exception> {
    /** Called at most once. */
    T make() throws X;
  }

  /** How to undo a thing, given the thing. */
  @FunctionalInterface
  public interface UndoOf<T> {
    /** Called at most once. */
    void run(T thing) throws Exception;
  }

  /** A thing that is registered; closing it undoes and forgets it. */
  public final class Held<T> implements AutoCloseable {
    private final String what;
    private final T thing;
    private final UndoOf<T> undo;

    private Held(String what, T thing, UndoOf<T> undo) {
      this.what = what;
      this.thing = thing;
      this.undo = undo;
    }

    /** The thing. */
    public T get() {
      return thing;
    }

    @Override
    public void close() {
      if (beginUndo(this)) {
        try {
          undoOne(this);
        } finally {
          endUndo();
        }
      }
    }
  }

  private final Deque<Held<?>> held = new ArrayDeque<>();
  private int undoing;
  private boolean closed;

  /** Makes a thing and takes care of its end. */
  public synchronized <T, X extends Exception> Held<T> acquire(
      String what, Maker<T, X> maker, UndoOf<T> undo) throws X {
    if (closed) {
      throw new CancellationException("the run is being ended");
    }
    Held<T> one = new Held<>(what, maker.make(), undo);
    held.push(one);
    return one;
  }

  /** Takes care of something that needs no making. */
  public Held<String> register(String what, Undo undo) {
    return acquire(what, () -> what, name -> undo.run());
  }

  /** Whether the end has begun: failures are then no news. */
  public synchronized boolean closed() {
    return closed;
  }

  private synchronized boolean beginUndo(Held<?> one) {
    boolean mine = held.remove(one);
    undoing += mine ? 1 : 0;
    return mine;
  }

  private synchronized void endUndo() {
    undoing--;
    notifyAll();
  }

  private static <T> void undoOne(Held<T> one) {
    try {
      one.undo.run(one.thing);
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      System.err.println("could not remove " + one.what + ": " + e);
    }
  }

  private synchronized Held<?>[] takeAll() {
    closed = true;
    try {
      awaitUndoing();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Held<?>[] all = held.toArray(Held<?>[]::new);
    held.clear();
    return all;
  }

  /**
   * Lets others finish what they are undoing: the JVM halts after the shutdown hook, in the midst
   * of an unmount if it must.
   */
  private synchronized void awaitUndoing() throws InterruptedException {
    long end = System.nanoTime() + LONGEST_UNDO_NANOS;
    for (long left = LONGEST_UNDO_NANOS; undoing > 0 && left > 0; left = end - System.nanoTime()) {
      wait(left / 1_000_000 + 1);
    }
  }

  @Override
  public void close() {
    for (Held<?> one : takeAll()) {
      undoOne(one);
    }
  }
}
