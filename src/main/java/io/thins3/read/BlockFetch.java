package io.thins3.read;

import io.thins3.read.Verification.BlockSum;
import io.thins3.store.ObjectChecksum;
import io.thins3.store.StoreException;
import io.thins3.store.StoreException.Kind;
import io.thins3.store.StoreWait;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fills a row of blocks by one GET, and by further ones from the byte reached when its body breaks
 * off.
 *
 * <pre>
 *             send                    all bytes are here
 *   WAITING ────────► RUNNING ─────────────────────────────────► ENDED
 *      ▲  │              │ broken, and not hopeless                ▲ ▲
 *      └──┼──────────────┤                                         │ │
 *         │ cancel       │ failed, or hopeless ────────────────────┘ │
 *         ▼              ▼ cancel                the source has let go of the memory
 *       ENDED        CANCELLED ──────────────────────────────────────┘
 * </pre>
 *
 * <p>When it is given up, its blocks that are not full leave the tables at once, and the READs that
 * wait for them fail; their pages stay with the source until it says that it has ended.
 */
final class BlockFetch {
  private enum State {
    WAITING,
    RUNNING,
    CANCELLED,
    ENDED
  }

  private static final long NONE = Long.MIN_VALUE;

  private final EngineCore core;
  private final ObjectBlocks object;
  private final List<CacheBlock> blocks;
  private final long end;
  private final Resumption resumption;

  // Guarded by the core's lock; reached and current are changed by the source's calls alone.
  private State state = State.WAITING;
  private long reached;
  private int current;
  private @Nullable Attempt attempt;
  private RangeSource.@Nullable Transfer transfer;
  private long lastEvent;
  private boolean opened;

  /** Whether the source has been asked and has not begun; how long that lasts says nothing. */
  private boolean queued;

  private long sentAt;

  /** When the first head came: from then on, progress alone counts, whoever breaks off. */
  private long bodySince = NONE;

  /** Under the lock; {@link #send} follows without it. */
  BlockFetch(EngineCore core, ObjectBlocks object, List<CacheBlock> blocks) {
    this.core = core;
    this.object = object;
    this.blocks = blocks;
    this.reached = blocks.get(0).start();
    this.end = blocks.get(blocks.size() - 1).end();
    this.lastEvent = core.now();
    this.resumption = new Resumption(object.source().patience(), lastEvent, reached);
  }

  /** The GET is going to be sent, and the blocks wait for it. Under the lock. */
  void begin(Effects effects) {
    effects.add(this::send);
    try {
      object.fetches().add(this);
      if (isWhole()) {
        core.verifier().askedByGet(object);
      }
    } catch (RuntimeException | Error e) {
      state = State.ENDED; // so that send() does nothing
      object.fetches().remove(this);
      throw e;
    }
  }

  /** Whether it is of the whole object, and brings its checksum. */
  private boolean isWhole() {
    return blocks.get(0).start() == 0 && end == object.size();
  }

  /** First byte that is not here. Under the lock. */
  long reached() {
    return reached;
  }

  long end() {
    return end;
  }

  /** Whether it will tell of the version at a byte, because nothing of it has been answered yet. */
  boolean isAbout(long offset) {
    return !opened && reached <= offset && offset < end;
  }

  /** Whether a READ waits for it. Under the lock. */
  boolean isWaitedFor() {
    for (int i = current; i < blocks.size(); i++) {
      if (!blocks.get(i).waiting().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Ends it when nothing has happened for too long, or its body comes drop by drop. One that queues
   * for its turn is not stuck: those before it end by these deadlines.
   */
  void cancelIfStuck(long now, Effects effects) {
    if (state != State.RUNNING || queued) {
      return;
    }
    Duration limit = object.source().deadline();
    if (now - lastEvent > limit.toNanos()) {
      cancel(EngineCore.failure(Kind.TIMEOUT, object, "nothing within " + limit), effects);
    } else if (bodySince != NONE
        && now - Math.max(bodySince, resumption.progressAt())
            > object.source().patience().toNanos()) {
      cancel(EngineCore.failure(Kind.TIMEOUT, object, "the body comes too slowly"), effects);
    }
  }

  /** Sends the GET for what is missing. Without the lock. */
  void send() {
    Attempt next = new Attempt();
    long from;
    synchronized (core.lock()) {
      if (state != State.WAITING) {
        return; // cancelled meanwhile
      }
      state = State.RUNNING;
      attempt = next;
      transfer = null;
      from = reached;
      lastEvent = core.now();
      sentAt = lastEvent;
      queued = true;
      core.counters().requests.increment();
    }
    RangeSource.Transfer started;
    try {
      started = object.source().fetch(object.version(), from, end - from, next);
    } catch (RuntimeException | Error e) { // an executor that is shutting down, no memory
      next.refused(StoreWait.failure(e, "GET " + object.name()));
      return;
    }
    boolean cancelled;
    synchronized (core.lock()) {
      cancelled = attempt == next && state == State.CANCELLED;
      if (attempt == next) {
        transfer = started;
      }
    }
    if (cancelled) {
      started.cancel();
    }
  }

  /** Gives it up; READs that wait for it fail. Under the lock. */
  void cancel(StoreException reason, Effects effects) {
    if (state == State.CANCELLED || state == State.ENDED) {
      return;
    }
    core.counters().cancelled.increment();
    detachRest(reason, effects);
    if (state == State.WAITING) {
      over(effects);
      return;
    }
    state = State.CANCELLED;
    RangeSource.Transfer running = transfer;
    if (running != null) {
      effects.add(running::cancel);
    }
  }

  /** The source sends it: the time in its queue does not count. */
  private void begun() {
    long now = core.now();
    long waited = now - sentAt;
    resumption.waited(waited);
    if (bodySince != NONE) {
      bodySince += waited;
    }
    sentAt = now;
    lastEvent = now;
    queued = false;
  }

  private void detachRest(StoreException reason, Effects effects) {
    Set<PendingRead> waiting = new LinkedHashSet<>();
    for (int i = current; i < blocks.size(); i++) {
      waiting.addAll(blocks.get(i).waiting());
    }
    for (int i = current; i < blocks.size(); i++) {
      core.cache().detach(blocks.get(i));
    }
    waiting.forEach(read -> core.fail(read, reason, effects));
    if (current < blocks.size()) {
      object.lost(blocks.get(current).start());
    }
  }

  /** The source has let go of the memory. */
  private void over(Effects effects) {
    state = State.ENDED;
    object.fetches().remove(this);
    if (isWhole() && !opened) {
      core.verifier().getEnded(object, effects);
    }
    for (int i = current; i < blocks.size(); i++) {
      blocks.get(i).abandoned();
      core.cache().settle(blocks.get(i));
    }
    core.cache().relieve();
    core.cache().forgetIfIdle(object);
  }

  private void advanced(int bytes, @Nullable List<BlockSum> sums, Effects effects) {
    CacheBlock block = blocks.get(current);
    if (bytes < 1 || bytes > block.length() - block.filled()) {
      throw new IllegalStateException(bytes + " bytes for a region that is smaller");
    }
    lastEvent = core.now();
    block.arrived(bytes);
    reached += bytes;
    resumption.reached(reached, lastEvent);
    core.counters().fetchedBytes.add(bytes);
    if (block.isFull()) {
      core.verifier().arrived(block, sums, effects);
    }
    core.answerWaiting(block, effects);
    if (block.isFull()) {
      current++;
      core.cache().settle(block);
      core.cache().relieve();
    }
  }

  /** An attempt is over. */
  private void ended(@Nullable StoreException failure, boolean mayResume, Effects effects) {
    if (state == State.CANCELLED || reached == end) {
      over(effects);
      return;
    }
    StoreException reason =
        failure == null
            ? EngineCore.failure(
                Kind.BAD_RESPONSE, object, "the body ended at byte " + reached + " of " + end)
            : failure;
    if (mayResume && !resumption.isHopeless(core.now())) {
      state = State.WAITING;
      core.counters().resumed.increment();
      Duration wait = resumption.nextWait();
      effects.add(wait.isZero() ? this::send : () -> sendAfter(wait));
    } else {
      giveUp(reason, effects);
    }
  }

  private void giveUp(StoreException reason, Effects effects) {
    core.counters().failed.increment();
    object.failed(reason);
    detachRest(reason, effects);
    over(effects);
  }

  private void sendAfter(Duration wait) {
    try {
      core.delay().after(wait, this::send);
    } catch (RuntimeException | Error e) { // shutting down, no thread
      Effects effects = new Effects();
      synchronized (core.lock()) {
        if (state == State.WAITING) {
          giveUp(StoreWait.failure(e, "GET " + object.name()), effects);
        }
      }
      effects.run();
    }
  }

  /** One GET's sink. */
  private final class Attempt implements RangeSource.Sink {
    private boolean ended;

    @Override
    public void begun() {
      synchronized (core.lock()) {
        check();
        BlockFetch.this.begun();
      }
    }

    @Override
    public void checksum(@Nullable ObjectChecksum checksum) {
      Effects effects = new Effects();
      synchronized (core.lock()) {
        core.verifier().answered(object, checksum, effects);
      }
      effects.run();
    }

    @Override
    public void opened() {
      Effects effects = new Effects();
      synchronized (core.lock()) {
        check();
        lastEvent = core.now();
        if (!opened) {
          bodySince = lastEvent;
          object.latency().add(lastEvent - sentAt);
        }
        opened = true;
        object.isThere();
        if (state == State.RUNNING) {
          for (PendingRead read : List.copyOf(blocks.get(current).waiting())) {
            if (read.isOpening()) {
              read.stopWaiting();
              effects.add(() -> core.answer(read));
            }
          }
        }
      }
      effects.run();
    }

    @Override
    public ByteBuffer region() {
      // Without the lock: only this thread moves on.
      if (current == blocks.size()) {
        throw new IllegalStateException("all bytes have arrived");
      }
      CacheBlock block = blocks.get(current);
      return block.region(block.filled());
    }

    @Override
    public void advanced(int bytes) {
      // Without the lock: only this thread moves on, and whoever waits for the block's end goes on
      // after its sum is known.
      CacheBlock block = current < blocks.size() ? blocks.get(current) : null;
      List<BlockSum> sums =
          block != null && block.filled() + bytes == block.length()
              ? object.verification().sumsOf(block)
              : null;
      Effects effects = new Effects();
      synchronized (core.lock()) {
        check();
        BlockFetch.this.advanced(bytes, sums, effects);
      }
      effects.run();
    }

    @Override
    public void finished() {
      end(null, true);
    }

    @Override
    public void broken(StoreException failure) {
      end(failure, true);
    }

    @Override
    public void failed(StoreException failure) {
      end(failure, false);
    }

    /** The source threw, perhaps after it had ended. */
    void refused(StoreException failure) {
      boolean over;
      synchronized (core.lock()) {
        over = ended;
      }
      if (!over) {
        failed(failure);
      }
    }

    private void end(@Nullable StoreException failure, boolean mayResume) {
      Effects effects = new Effects();
      synchronized (core.lock()) {
        check();
        ended = true;
        BlockFetch.this.ended(failure, mayResume, effects);
      }
      effects.run();
    }

    private void check() {
      if (ended) {
        throw new IllegalStateException("the GET has ended");
      }
    }
  }
}
