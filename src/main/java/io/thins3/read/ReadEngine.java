package io.thins3.read;

import io.thins3.memory.MemoryBudget;
import io.thins3.memory.Reservation;
import io.thins3.read.PendingRead.Purpose;
import io.thins3.store.StoreException;
import io.thins3.store.StoreException.Kind;
import io.thins3.store.StoreWait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads object versions for all open handles, in memory of one budget.
 *
 * <pre>
 *   READ ─► ReadPattern: which run is it? ─► ReadPlanner: what is missing, what is worth having ahead?
 *             per handle                        │ memory                        │ GETs
 *   answer ◄─ its own bytes are here ◄──── BlockCache: blocks of all objects ◄─ BlockFetch ◄─ RangeSource
 * </pre>
 *
 * <p>Handles of one version share its blocks. Every GET carries the ETag, so bytes of two versions
 * never meet. A READ is answered by the thread that brings its last byte, or by the one that asks.
 *
 * <p>A READ for which there is no memory queues for that of all its blocks, first come, first
 * served; everybody else's is released without further memory being needed, so each is served in
 * the end (see {@link MemoryBudget}).
 *
 * <p>Thread-safe; never waits.
 */
public final class ReadEngine implements AutoCloseable {
  /** The longest READ: the kernel's 1 MiB. */
  public static final int LONGEST_READ = 1 << 20;

  /**
   * What open fetches of a large file: a reader that goes somewhere else next has not paid for
   * much, and one that begins at the start has its first READ here while the next GET is on its
   * way.
   */
  static final int OPEN_BYTES = CacheBlock.BYTES;

  /**
   * Up to this size a file is fetched whole when it is opened: one request. 0.89 ms on a local
   * MinIO where 128 KiB take 0.64 ms and 1 MiB takes 1.03 ms (benchmarks/get-sizes).
   */
  public static final int OPEN_WHOLE = 512 << 10;

  /** No stream gets more than this share of the budget, so that a second one finds some. */
  private static final int STREAM_SHARE = 2;

  private final MemoryBudget budget;
  private final Duration deadline;
  private final EngineCore core;
  private final ReadPlanner planner;
  private final Prefetcher prefetcher;
  private final Object lock = new Object();

  // Guarded by lock.
  private final Set<PendingRead> queued = new LinkedHashSet<>();
  private boolean closed;

  /**
   * Creates one.
   *
   * @param budget at least two of the longest READs. Its grants must not be run by the thread that
   *     releases a page: that thread may hold the engine's lock
   * @param delay for waits before GETs are sent again
   * @param nanoTime the clock
   * @param deadline longest time that a READ may queue for memory, which others hold until their
   *     sources' deadlines have passed
   */
  public ReadEngine(MemoryBudget budget, Delay delay, LongSupplier nanoTime, Duration deadline) {
    if (budget.limit() < 2 * MemoryBudget.pages(LONGEST_READ)) {
      throw new IllegalArgumentException("a budget of " + budget.limit() + " pages");
    }
    this.budget = budget;
    this.deadline = deadline;
    ReadCounters counters = new ReadCounters();
    BlockCache cache = new BlockCache(budget, counters, nanoTime);
    this.core = new EngineCore(lock, cache, counters, delay, nanoTime);
    this.planner = new ReadPlanner(core);
    this.prefetcher = new Prefetcher(core, planner, budget.limit());
    budget.addReclaimer(this::relieve);
  }

  /** A handle of a version; nothing is sent yet. */
  public ObjectReader open(RangeSource source, ObjectVersion version) {
    long largest = (long) budget.limit() * MemoryBudget.PAGE_BYTES / STREAM_SHARE;
    ReadPattern pattern = new ReadPattern(largest);
    synchronized (lock) {
      return new ObjectReader(this, core.cache().open(source, version, pattern), pattern);
    }
  }

  /**
   * Fetches a small object ahead of an open that is expected, if there is memory that nobody else
   * needs; returns at once. Its first open within the time does not send a GET of its own; if the
   * answer has not come by then, it waits for that. Bytes that nobody opens in time are let go of.
   *
   * @param version at most {@link #OPEN_WHOLE} bytes
   * @param validFor how long the store's answer may be believed, from when it is asked
   * @param end is told of the end if, and only if, it was begun
   */
  public Prefetching prefetch(
      RangeSource source, ObjectVersion version, Duration validFor, PrefetchEnd end) {
    if (version.size() > OPEN_WHOLE) {
      throw new IllegalArgumentException(version.size() + " bytes of " + version.key());
    }
    Effects effects = new Effects();
    try {
      synchronized (lock) {
        return closed
            ? Prefetching.NO_MEMORY
            : prefetcher.begin(source, version, validFor.toNanos(), end, effects);
      }
    } finally { // what was begun before an accident goes on
      effects.run();
    }
  }

  /** The tables, for tests of what they hold. */
  EngineCore core() {
    return core;
  }

  /** What was done so far. */
  public ReadCounts counts() {
    return core.counters().counts();
  }

  /** The windows of the runs that go on. */
  public WindowSizes windows() {
    synchronized (lock) {
      WindowSizes all = WindowSizes.NONE;
      for (ObjectBlocks object : core.cache().objects()) {
        for (ReadPattern reader : object.readers()) {
          all = reader.windows(all);
        }
      }
      return all;
    }
  }

  /**
   * Fails what has hung for longer than the deadline, and lets go of what nobody has read for 30 s;
   * to be called every few seconds.
   */
  public void watch() {
    Effects effects = new Effects();
    try {
      synchronized (lock) {
        long now = core.now();
        core.cache().forgetUnused(now);
        prefetcher.forgetOld();
        for (ObjectBlocks object : core.cache().objects()) {
          for (BlockFetch fetch : List.copyOf(object.fetches())) {
            fetch.cancelIfStuck(now, effects);
          }
          core.verifier().watch(object, now, effects);
        }
        for (PendingRead read : new ArrayList<>(queued)) {
          if (now - read.since() > deadline.toNanos()) {
            failQueued(read, Kind.TIMEOUT, "no memory within " + deadline, effects);
          }
        }
      }
    } finally { // what was decided before an accident is done
      effects.run();
    }
  }

  /** Fails all READs, ends all GETs, and releases every page as soon as its GET has ended. */
  @Override
  public void close() {
    Effects effects = new Effects();
    try {
      synchronized (lock) {
        closed = true;
        core.cache().keepNothing();
        for (PendingRead read : new ArrayList<>(queued)) {
          failQueued(read, Kind.INTERRUPTED, "the file system has ended", effects);
        }
        for (ObjectBlocks object : core.cache().objects()) {
          StoreException ended =
              EngineCore.failure(Kind.INTERRUPTED, object, "the file system has ended");
          List.copyOf(object.fetches()).forEach(fetch -> fetch.cancel(ended, effects));
          core.verifier().close(object, ended, effects);
        }
      }
    } finally {
      effects.run();
    }
  }

  CompletableFuture<?> start(ObjectBlocks object) {
    CompletableFuture<Void> started = new CompletableFuture<>();
    PendingRead read =
        new PendingRead(object, 0, 1, Purpose.OPEN, new FirstByte(started), core.now());
    Effects effects = new Effects();
    try {
      synchronized (lock) {
        try {
          start(read, started, effects);
        } catch (RuntimeException | Error e) { // no memory
          core.accident(read, e, effects);
        }
      }
    } finally {
      effects.run();
    }
    return started;
  }

  private void start(PendingRead read, CompletableFuture<Void> started, Effects effects) {
    ObjectBlocks object = read.object();
    Prefetched ahead = prefetcher.claim(object);
    if (refuses(read, effects)) {
      return;
    }
    if (object.size() > 0 && (object.block(0) == null || object.isAsked(0))) {
      long wanted = object.size() <= OPEN_WHOLE ? object.size() : OPEN_BYTES;
      beginOrQueue(read, wanted, null, effects);
    } else if (ahead != null && object.gone() == null) {
      effects.add(() -> ahead.answer(started));
    } else {
      effects.add(new VersionCheck(core, object, started)::send);
    }
  }

  Runnable read(
      ObjectBlocks object,
      ReadPattern pattern,
      long offset,
      int length,
      ReadCompletion completion) {
    if (offset < 0 || length < 0 || length > LONGEST_READ) {
      throw new IllegalArgumentException("a READ of " + length + " bytes from " + offset);
    }
    long end = Math.min(object.size(), offset + length);
    if (offset >= end) {
      completion.data(List.of());
      return () -> {};
    }
    PendingRead read = new PendingRead(object, offset, end, Purpose.READ, completion, core.now());
    Effects effects = new Effects();
    try {
      synchronized (lock) {
        try {
          if (!refuses(read, effects)) {
            ReadStream stream =
                pattern.streamOf(
                    offset, read.since(), over -> planner.abandon(object, over, effects));
            plan(read, stream, effects);
          }
        } catch (RuntimeException | Error e) { // no memory
          core.accident(read, e, effects);
        }
      }
    } finally {
      effects.run();
    }
    return () -> giveUp(read);
  }

  /**
   * Nobody waits for a READ any more. Its GETs go on for whoever else reads the object; when the
   * program that was killed was the only one, its handle is closed next, and that ends them.
   */
  private void giveUp(PendingRead read) {
    Effects effects = new Effects();
    try {
      synchronized (lock) {
        if (queued.contains(read)) {
          failQueued(read, Kind.INTERRUPTED, "given up by its reader", effects);
        } else if (!read.isComplete()) {
          core.fail(
              read,
              EngineCore.failure(Kind.INTERRUPTED, read.object(), "given up by its reader"),
              effects);
        }
      }
    } finally {
      effects.run();
    }
  }

  private void plan(PendingRead read, ReadStream stream, Effects effects) {
    boolean forward = stream.onRead(read.offset(), read.end());
    long limit = read.object().aheadLimit(stream.position(), read.since());
    long wanted = forward ? stream.sameRequestEnd(read.offset(), limit) : read.end();
    boolean begun = beginOrQueue(read, wanted, forward ? stream : null, effects);
    if (stream.isFromStart()
        && stream.position() >= Math.min(read.object().size(), OPEN_BYTES + 1L)) {
      core.verifier().ask(read.object(), effects);
    }
    if (!read.isComplete() || !begun) {
      core.counters().waits.increment();
      stream.waited();
    }
    planner.coolBehind(read.object(), stream);
    if (forward && begun && read.object().gone() == null) {
      planner.readAhead(read.object(), stream, effects);
    }
  }

  private boolean beginOrQueue(
      PendingRead read, long wanted, @Nullable ReadStream stream, Effects effects) {
    if (planner.begin(read, wanted, stream, effects)) {
      return true;
    }
    core.counters().memoryWaits.increment();
    try {
      queued.add(read);
      effects.add(() -> queue(read));
    } catch (RuntimeException | Error e) { // no memory for a larger table, which has it already
      queued.remove(read);
      throw e;
    }
    read.object().queuedReads(1);
    read.begun();
    return false;
  }

  /** Without the lock: to wait for memory makes all caches give way, not only ours. */
  private void queue(PendingRead read) {
    CompletableFuture<Reservation> place;
    try {
      place = budget.reserve(read.lastBlock() - read.firstBlock() + 1);
    } catch (RuntimeException | Error e) { // no memory for its place in the queue
      granted(read, null, e);
      return;
    }
    boolean failed;
    synchronized (lock) {
      failed = !queued.contains(read);
      read.queued(place);
    }
    if (failed) {
      place.cancel(false);
    }
    try {
      var unused = place.whenComplete((pages, failure) -> granted(read, pages, failure));
    } catch (RuntimeException | Error e) { // nobody would hear of the grant
      if (!place.cancel(false) && !place.isCompletedExceptionally()) {
        place.join().close();
      }
      granted(read, null, e);
    }
  }

  private void granted(PendingRead read, @Nullable Reservation pages, @Nullable Throwable failure) {
    try (pages) { // around all: also when there is no memory for the next line
      Effects effects = new Effects();
      try {
        synchronized (lock) {
          if (pages == null) {
            notGranted(read, failure, effects);
          } else {
            beginGranted(read, pages, effects);
          }
          core.cache().forgetIfIdle(read.object());
        }
      } finally {
        effects.run();
      }
    }
  }

  private void notGranted(PendingRead read, @Nullable Throwable failure, Effects effects) {
    if (queued.contains(read)) {
      Throwable cause = failure == null ? new IllegalStateException("no pages") : failure;
      fail(read, StoreWait.failure(cause, "GET " + read.object().name()), effects);
    }
  }

  private void beginGranted(PendingRead read, Reservation pages, Effects effects) {
    try (pages) {
      if (leaveQueue(read)) {
        read.asksAgain(); // before all that may fail: it is in no list now
        if (!refuses(read, effects)) {
          planner.beginWith(pages, read, effects);
        }
      }
    } catch (RuntimeException | Error e) { // no memory
      core.accident(read, e, effects);
    }
  }

  /**
   * Fails a READ of the queue, which pins nothing. It leaves it only when its answer is certain.
   */
  private void fail(PendingRead read, StoreException failure, Effects effects) {
    effects.add(() -> read.fail(failure));
    leaveQueue(read);
  }

  private boolean leaveQueue(PendingRead read) {
    boolean waiting = queued.remove(read);
    if (waiting) {
      read.object().queuedReads(-1);
    }
    return waiting;
  }

  private void failQueued(PendingRead read, Kind kind, String text, Effects effects) {
    fail(read, EngineCore.failure(kind, read.object(), text), effects);
    CompletableFuture<?> place = read.queued();
    if (place != null) {
      effects.add(() -> place.cancel(false));
    }
    core.cache().forgetIfIdle(read.object());
  }

  /**
   * Whether a READ fails at once. Whatever is in memory: the engine has ended, or content was
   * wrong. If it would need a GET: the version is gone, which each READ of an old descriptor need
   * not ask for again.
   */
  private boolean refuses(PendingRead read, Effects effects) {
    StoreException failure =
        closed
            ? EngineCore.failure(Kind.INTERRUPTED, read.object(), "the file system has ended")
            : read.object().verification().failure();
    if (failure == null && read.isRead() && read.lacksBlocks()) {
      failure = read.object().gone();
    }
    if (failure != null) {
      core.fail(read, failure, effects);
    }
    return failure != null;
  }

  void close(ObjectBlocks object, ReadPattern pattern) {
    Effects effects = new Effects();
    try {
      synchronized (lock) {
        try {
          List<ReadStream> over = new ArrayList<>();
          pattern.close(over::add);
          over.forEach(stream -> planner.abandon(object, stream, effects));
        } finally { // a reader that stayed would keep its object for ever
          core.cache().close(object, pattern, core.now());
        }
      }
    } finally {
      effects.run();
    }
  }

  private void relieve() {
    synchronized (lock) {
      core.cache().relieve();
    }
  }
}
