package io.thins3.read;

import io.thins3.store.ObjectChecksum;
import io.thins3.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * How far the content of an object version was compared with the checksum that the store has of all
 * of it, and the READs that wait for the outcome. {@link Verifier} moves it.
 *
 * <pre>
 *             a reader comes from the start: HEAD             the checksum
 *   UNASKED ─────────────────────────────────────► ASKED ───────────────────► COUNTING ─┬► VERIFIED
 *      ▲ └── a GET of the whole is sent ────────────▲ │ none, composite,          │      │     │ a block
 *      └──── that GET failed ─────────────────────────┤ no answer         too large │      │     ▼ came again
 *                                                     └──────► OFF ◄───────────────┘      └► CORRUPT
 * </pre>
 *
 * <p>While it is ASKED the CRC of each block that arrives is computed by all three algorithms,
 * since blocks may be gone when the answer comes. What is here before is made up for then.
 *
 * <p>READs are held back where their answer would hide the outcome: when all blocks have been here
 * and only the checksum, or the computing, is outstanding; and, for a digest that takes blocks in
 * their order, until it has taken theirs, so that the reader does not run away from it.
 *
 * <p>Guarded by the engine's lock, but for {@link #sumsOf} and {@link #corruption}.
 */
final class Verification {
  enum State {
    OFF,
    UNASKED,
    ASKED,
    COUNTING,
    VERIFIED,
    CORRUPT
  }

  private static final List<BlockCrc> ALL = List.of(BlockCrc.values());

  /** 128 GiB: sums of 8 MiB. */
  private static final int MOST_BLOCKS = 1 << 20;

  private final ObjectBlocks object;
  private final Set<PendingRead> held = new LinkedHashSet<>(2);
  private final AtomicBoolean corruption = new AtomicBoolean();
  private State state;
  private long since;
  private List<BlockSums> sums = List.of();

  /** What is to be computed of a block that has become full; what {@link #sums} holds. */
  private volatile List<BlockCrc> wanted = List.of();

  private @Nullable ObjectChecksum expected;
  private @Nullable OrderedDigest digest;

  /** Somebody computes what is due. */
  private boolean working;

  /** Blocks without a sum may be here. */
  private boolean late;

  private @Nullable StoreException failure;

  /**
   * @param enabled whether content is to be compared at all
   */
  Verification(ObjectBlocks object, boolean enabled) {
    this.object = object;
    this.state = enabled && object.size() > 0 ? State.UNASKED : State.OFF;
  }

  State state() {
    return state;
  }

  /** Since when nothing has happened that a READ may be held back for, nanoseconds. */
  long since() {
    return since;
  }

  /** Tells, to any thread and for ever, whether the content was found wrong. */
  AtomicBoolean corruption() {
    return corruption;
  }

  /** What READs fail with since the content was found wrong, or null. */
  @Nullable StoreException failure() {
    return failure;
  }

  @Nullable ObjectChecksum expected() {
    return expected;
  }

  boolean isTooLarge() {
    return object.blocksInAll() > MOST_BLOCKS;
  }

  /** The checksum was asked for. */
  void asked(long now) {
    sums = ALL.stream().map(crc -> new BlockSums(crc, object.size())).toList();
    state = State.ASKED;
    since = now;
    wanted = ALL;
    late = true;
  }

  /** Nobody is going to answer; the next one may ask again. */
  void unasked() {
    off();
    state = State.UNASKED;
  }

  /** The checksum came, and can be compared. */
  void known(ObjectChecksum checksum) {
    state = State.COUNTING;
    expected = checksum;
    BlockSums kept = sums.get(0);
    boolean combinable = false;
    for (BlockSums each : sums) {
      if (each.crc().algorithm() == checksum.algorithm()) {
        kept = each;
        combinable = true;
      }
    }
    sums = List.of(kept);
    wanted = List.of(kept.crc());
    if (!combinable) {
      OrderedDigest ordered = new OrderedDigest(checksum.algorithm(), object.blocksInAll());
      for (CacheBlock block : object.blocks()) {
        if (block.isFull()) {
          ordered.arrived(block.index());
        }
      }
      digest = ordered;
    }
  }

  /** It is not compared any more. */
  void off() {
    state = State.OFF;
    wanted = List.of();
    sums = List.of();
    digest = null;
    late = false;
  }

  /** All is as the store says. What comes again is compared with what was here. */
  void verified() {
    state = State.VERIFIED;
    digest = null;
  }

  /** Content is wrong. */
  void corrupt(StoreException reason) {
    off();
    state = State.CORRUPT;
    failure = reason;
    corruption.set(true);
  }

  /**
   * Computes what is to be known of a block's bytes, all of which are here. Without the lock, by
   * who fills it: the pages of a READ that is answered then may be gone.
   *
   * @return null when nothing is to be known
   */
  @Nullable List<BlockSum> sumsOf(CacheBlock block) {
    List<BlockCrc> algorithms = wanted;
    if (algorithms.isEmpty()) {
      return null;
    }
    List<BlockSum> computed = new ArrayList<>(algorithms.size());
    for (int i = 0; i < algorithms.size(); i++) {
      BlockCrc crc = algorithms.get(i);
      computed.add(new BlockSum(crc, crc.of(block.slice(block.start(), block.end()))));
    }
    return computed;
  }

  /** A CRC of a block. */
  record BlockSum(BlockCrc crc, long sum) {}

  /**
   * A block has become full.
   *
   * @param computed its sums, null when none were wanted then
   * @return false when it was here before with other bytes
   */
  boolean arrived(CacheBlock block, @Nullable List<BlockSum> computed) {
    if (sums.isEmpty()) {
      return true;
    }
    if (digest != null) {
      digest.arrived(block.index());
    }
    if (computed == null) {
      late = true;
      return true;
    }
    return put(block, computed);
  }

  /** Takes the sums of a block; those that are not wanted any more are left out. */
  boolean put(CacheBlock block, List<BlockSum> computed) {
    boolean same = true;
    for (BlockSum sum : computed) {
      for (BlockSums each : sums) {
        if (each.crc() == sum.crc()) {
          same &= each.put(block.index(), sum.sum());
        }
      }
    }
    return same;
  }

  /** Whether something is due that nobody does. */
  boolean hasWork() {
    return (state == State.ASKED || state == State.COUNTING)
        && !working
        && (digest == null ? late : digest.isDue());
  }

  /** Somebody begins to do what is due, or goes on. */
  void working(long now) {
    working = true;
    since = now;
  }

  /** Nothing is due. */
  void resting() {
    working = false;
  }

  /** Full blocks of which no sum is known; from now on there are no others. */
  List<CacheBlock> takeLate() {
    late = false;
    List<CacheBlock> taken = new ArrayList<>();
    if (!sums.isEmpty() && digest == null) {
      for (CacheBlock block : object.blocks()) {
        if (block.isFull() && !sums.get(0).has(block.index())) {
          taken.add(block);
        }
      }
    }
    return taken;
  }

  /** The digest of the content, when the checksum is one that takes blocks in their order. */
  @Nullable OrderedDigest digest() {
    return digest;
  }

  /** The checksum of the content when all of it has been here, else null. */
  byte @Nullable [] actual() {
    if (state != State.COUNTING) {
      return null;
    }
    if (digest != null) {
      return digest.isComplete() ? digest.value() : null;
    }
    BlockSums only = sums.get(0);
    return only.isComplete() ? only.crc().bytes(only.whole()) : null;
  }

  /** Holds a READ back whose bytes are here, if its answer would hide the outcome. */
  boolean hold(PendingRead read) {
    if (!isToBeHeld(read)) {
      return false;
    }
    held.add(read);
    read.hold();
    return true;
  }

  private boolean isToBeHeld(PendingRead read) {
    if (state != State.ASKED && !(state == State.COUNTING && working)) {
      return false;
    }
    return digest == null
        ? haveAllBeenHere()
        : digest.haveAllArrived() || digest.isAhead(read.lastBlock());
  }

  private boolean haveAllBeenHere() {
    BlockSums known = sums.get(0);
    int lacking = object.blocksInAll() - known.count();
    if (lacking == 0 || lacking > object.blocksHere()) {
      return lacking == 0;
    }
    for (CacheBlock block : object.blocks()) {
      if (block.isFull() && !known.has(block.index())) {
        lacking--;
      }
    }
    return lacking == 0;
  }

  /** The READs that need not be held any more. */
  List<PendingRead> released() {
    List<PendingRead> released = new ArrayList<>(held.size());
    for (PendingRead read : held) {
      if (!isToBeHeld(read)) {
        released.add(read);
      }
    }
    released.forEach(held::remove);
    return released;
  }

  /** All READs that are held, which are to fail. */
  List<PendingRead> held() {
    return new ArrayList<>(held);
  }

  /** A READ waits for nothing any more. */
  void forget(PendingRead read) {
    held.remove(read);
  }
}
