package io.thins3.read;

import io.thins3.memory.MemoryBudget;
import io.thins3.memory.Reservation;
import io.thins3.read.PendingRead.Purpose;
import io.thins3.store.StoreException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Opens small objects ahead of those who are expected to: sends the request that their open would
 * send, which is a GET, or for an empty object a HEAD.
 *
 * <pre>
 *             the GET is sent          the first open
 *   (nothing) ───────────────► marked ────────────────► claimed: the open sends nothing while the
 *                                │                       mark is fresh, and waits for the answer
 *                                │ failed, too old       if it has not come
 *                                ▼
 *                            forgotten
 * </pre>
 *
 * <p>It is the last in the queue for memory: it takes none that others could use soon, never waits
 * for it, has a small share of the budget, and what it holds goes before anything that a reader is
 * known to need. Guarded by the engine's lock.
 */
final class Prefetcher {
  /** 24 MiB of the default limit: three times what 32 files of 0.5 to 300 KB take. */
  private static final int SHARE = 8;

  private final EngineCore core;
  private final ReadPlanner planner;
  private final int mostPages;
  private final Set<ObjectBlocks> marked = new LinkedHashSet<>();

  /**
   * @param limit pages of the budget
   */
  Prefetcher(EngineCore core, ReadPlanner planner, int limit) {
    this.core = core;
    this.planner = planner;
    this.mostPages = Math.max(1, limit / SHARE);
  }

  /** See {@link ReadEngine#prefetch}. */
  Prefetching begin(
      RangeSource source,
      ObjectVersion version,
      long validNanos,
      PrefetchEnd end,
      Effects effects) {
    if (VersionCheck.isUnanswerable(version)) {
      return Prefetching.NOT_NEEDED; // its open asks nothing
    }
    ObjectBlocks known = core.cache().known(source, version);
    if (known == null) {
      return version.size() == 0
          ? check(core.cache().add(source, version), validNanos, end, effects)
          : fetch(source, version, validNanos, end, effects);
    }
    // Partly here is so rare that its open may find out by itself.
    return known.readers().isEmpty() && known.prefetched() == null && known.isComplete()
        ? check(known, validNanos, end, effects)
        : Prefetching.NOT_NEEDED;
  }

  private Prefetching fetch(
      RangeSource source,
      ObjectVersion version,
      long validNanos,
      PrefetchEnd end,
      Effects effects) {
    int pages = MemoryBudget.pages(version.size());
    Reservation reservation =
        pages + pagesHeld() > mostPages ? null : core.cache().takeForGuess(pages);
    if (reservation == null) {
      return Prefetching.NO_MEMORY;
    }
    try (reservation) { // whatever happens before the blocks have the pages
      ObjectBlocks object = core.cache().add(source, version);
      Prefetched mark = new Prefetched(core.now(), validNanos, null);
      PendingRead whole =
          new PendingRead(
              object, 0, version.size(), Purpose.AHEAD, new Arrival(object, mark, end), core.now());
      try {
        mark(object, mark);
        planner.beginWith(reservation, whole, effects);
      } catch (RuntimeException | Error e) {
        forget(object);
        core.cache().forgetIfIdle(object);
        throw e;
      }
    }
    return Prefetching.BEGUN;
  }

  private Prefetching check(
      ObjectBlocks object, long validNanos, PrefetchEnd end, Effects effects) {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    Prefetched mark = new Prefetched(core.now(), validNanos, answer);
    mark(object, mark);
    Arrival arrival = new Arrival(object, mark, end);
    var unused = answer.whenComplete((nothing, failure) -> arrival.ended(failure == null));
    effects.add(new VersionCheck(core, object, answer)::send);
    return Prefetching.BEGUN;
  }

  private void mark(ObjectBlocks object, Prefetched mark) {
    object.prefetched(mark);
    marked.add(object);
  }

  /**
   * An open takes the mark, if there is one. Its bytes are no guess any more.
   *
   * @return null when the open has to find out by itself
   */
  @Nullable Prefetched claim(ObjectBlocks object) {
    Prefetched mark = object.prefetched();
    if (mark == null) {
      return null;
    }
    forget(object);
    core.cache().settleGuess(object);
    return mark.isFresh(core.now()) ? mark : null;
  }

  private void forget(ObjectBlocks object) {
    object.prefetched(null);
    marked.remove(object);
  }

  /** Lets go of what nobody has opened in time. */
  void forgetOld() {
    long now = core.now();
    for (ObjectBlocks object : List.copyOf(marked)) {
      Prefetched mark = object.prefetched();
      if (mark == null || (!mark.isFresh(now) && object.fetches().isEmpty())) {
        forget(object);
        core.cache().evictGuess(object);
        core.cache().forgetIfIdle(object);
      }
    }
  }

  private int pagesHeld() {
    int pages = 0;
    for (Iterator<ObjectBlocks> all = marked.iterator(); all.hasNext(); ) {
      ObjectBlocks object = all.next();
      Prefetched mark = object.prefetched();
      if (mark == null || object.isIdle()) { // evicted meanwhile
        all.remove();
      } else if (mark.isContent()) {
        pages += object.blocksHere();
      }
    }
    return pages;
  }

  /** Is told of the end. */
  private final class Arrival implements ReadCompletion {
    private final ObjectBlocks object;
    private final Prefetched mark;
    private final PrefetchEnd end;

    Arrival(ObjectBlocks object, Prefetched mark, PrefetchEnd end) {
      this.object = object;
      this.mark = mark;
      this.end = end;
    }

    @Override
    public void data(List<ByteBuffer> buffers) {
      ended(true);
    }

    @Override
    public void failed(StoreException failure) {
      ended(false);
    }

    void ended(boolean arrived) {
      if (!arrived) {
        synchronized (core.lock()) {
          if (object.prefetched() == mark) {
            forget(object);
            core.cache().settleGuess(object);
            core.cache().forgetIfIdle(object);
          }
        }
      }
      end.ended(arrived);
    }
  }
}
