package io.thins3.bench.process;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * Everything that must be undone: mounts, processes, directories, objects in the store. Undone in
 * reverse order, at the end of a run, after a failure, or from the shutdown hook after Ctrl-C or
 * SIGTERM, whichever comes first, and once.
 *
 * <pre>
 *   open ── acquire: made and registered in one step ── release: undone, forgotten
 *    │
 *  end() (signal), close() (end, failure): all undone, last made first
 *    │
 *  ending ── acquire: CancellationException, nothing is made
 * </pre>
 *
 * <p>Two threads may close at the same time, the program's own and the shutdown hook: one of them
 * undoes, the other returns when all is undone, because the JVM halts once the hook has returned.
 *
 * <p>Thread-safe. {@code acquire} holds the lock while it makes the thing (starting a process,
 * creating a directory: nothing that waits for another machine), because between making and
 * registering nobody would undo it.
 */
public final class Cleanup implements AutoCloseable {
  /** An unmount with all its patience, and some more: nothing is undone in so long a time. */
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
      undoAll(take(this));
    }
  }

  private final Deque<Held<?>> held = new ArrayDeque<>();

  /** The threads that are undoing, and whether each is to be interrupted when it is through. */
  private final Map<Thread, Boolean> undoers = new HashMap<>();

  /** Things that were taken to be undone and are not yet. */
  private int undoing;

  /** Changes whenever one thing has been undone. */
  private long undone;

  private boolean ending;

  /** Makes a thing and takes care of its end. */
  public synchronized <T, X extends Exception> Held<T> acquire(
      String what, Maker<T, X> maker, UndoOf<T> undo) throws X {
    Held<T> one = new Held<>(what, make(maker), undo);
    held.push(one);
    return one;
  }

  /** Takes care of something that needs no making. */
  public Held<String> register(String what, Undo undo) {
    return acquire(what, () -> what, name -> undo.run());
  }

  /**
   * Makes something inside what is registered already, a directory in the temporary directory. Once
   * that is being removed nothing must come back in it.
   */
  public synchronized <T, X extends Exception> T make(Maker<T, X> maker) throws X {
    if (ending) {
      throw new CancellationException("the run is being ended");
    }
    return maker.make();
  }

  /** Whether the end has begun: failures are then no news. */
  public synchronized boolean closed() {
    return ending;
  }

  /** From now on nothing is made any more. What is there stays until {@link #close}. */
  public synchronized void end() {
    ending = true;
  }

  /**
   * Interrupts a thread, but not while it undoes something: an unmount or a removal must go on to
   * its end. Such a thread is interrupted when it is through.
   */
  public synchronized void interrupt(Thread thread) {
    if (undoers.containsKey(thread)) {
      undoers.put(thread, true);
    } else {
      thread.interrupt();
    }
  }

  private synchronized List<Held<?>> take(Held<?> one) {
    return held.remove(one) ? begin(List.of(one)) : List.of();
  }

  private synchronized List<Held<?>> takeAll() {
    ending = true;
    awaitUndoing();
    List<Held<?>> all = begin(List.copyOf(held));
    held.clear();
    return all;
  }

  private synchronized List<Held<?>> begin(List<Held<?>> taken) {
    undoing += taken.size();
    return taken;
  }

  private void undoAll(List<Held<?>> taken) {
    boolean outermost = enter();
    try {
      taken.forEach(this::undoOne);
    } finally {
      if (outermost) {
        leave();
      }
    }
  }

  /** An interrupt from before would make every wait of an undoing fail: it is kept for later. */
  private synchronized boolean enter() {
    return undoers.putIfAbsent(Thread.currentThread(), Thread.interrupted()) == null;
  }

  private synchronized void leave() {
    if (Boolean.TRUE.equals(undoers.remove(Thread.currentThread()))) {
      Thread.currentThread().interrupt();
    }
  }

  private <T> void undoOne(Held<T> one) {
    try {
      one.undo.run(one.thing);
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        interrupt(Thread.currentThread());
      }
      System.err.println("could not remove " + one.what + ": " + e);
    } finally {
      endUndo();
    }
  }

  private synchronized void endUndo() {
    undoing--;
    undone++;
    notifyAll();
  }

  /**
   * Lets others finish what they are undoing, as long as they get on: the JVM halts after the
   * shutdown hook, in the midst of an unmount if it must.
   */
  private synchronized void awaitUndoing() {
    long seen = undone;
    long end = System.nanoTime() + LONGEST_UNDO_NANOS;
    try {
      while (undoing > 0 && System.nanoTime() < end) {
        wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        if (undone != seen) {
          seen = undone;
          end = System.nanoTime() + LONGEST_UNDO_NANOS;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    undoAll(takeAll());
  }
}
