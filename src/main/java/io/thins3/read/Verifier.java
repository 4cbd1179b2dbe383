package io.thins3.read;

import io.thins3.read.Verification.BlockSum;
import io.thins3.read.Verification.State;
import io.thins3.store.ObjectChecksum;
import io.thins3.store.StoreException;
import io.thins3.store.StoreException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what was read of object versions with the store's checksums: asks for these, takes the
 * blocks as they come, and decides. The states are those of {@link Verification}. All but {@link
 * #catchUp} runs under the engine's lock.
 */
record Verifier(EngineCore core) {
  private static final Logger log = LoggerFactory.getLogger(Verifier.class);

  /** A reader comes from the start of an object: asks for the checksum, once. */
  void ask(ObjectBlocks object, Effects effects) {
    Verification content = object.verification();
    if (content.state() != State.UNASKED) {
      return;
    }
    if (content.isTooLarge()) {
      giveUp(object, counters().incomplete, effects);
      return;
    }
    content.asked(core.now());
    counters().requests.increment();
    effects.add(() -> send(object));
  }

  private void send(ObjectBlocks object) {
    CompletableFuture<Optional<ObjectChecksum>> answer;
    try {
      answer = object.source().checksum(object.version());
    } catch (RuntimeException | Error e) { // an executor that is shutting down, no memory
      answer = CompletableFuture.failedFuture(e);
    }
    var unused =
        answer.whenComplete(
            (checksum, failure) -> {
              Effects effects = new Effects();
              synchronized (core.lock()) {
                if (failure != null) {
                  unanswered(object, failure, effects);
                } else {
                  answered(object, checksum.orElse(null), effects);
                }
              }
              effects.run();
            });
  }

  private void unanswered(ObjectBlocks object, Throwable failure, Effects effects) {
    if (object.verification().state() == State.ASKED) {
      effects.add(() -> log.debug("{} is not verified: no checksum came", object.name(), failure));
      giveUp(object, counters().unanswered, effects);
    }
  }

  /** A GET of the whole object is going to be sent, which brings the checksum. */
  void askedByGet(ObjectBlocks object) {
    Verification content = object.verification();
    if (content.state() == State.UNASKED && !content.isTooLarge()) {
      content.asked(core.now());
    }
  }

  /** That GET has ended, perhaps without an answer. */
  void getEnded(ObjectBlocks object, Effects effects) {
    Verification content = object.verification();
    if (content.state() == State.ASKED) {
      content.unasked();
      release(content, effects);
    }
  }

  /**
   * The checksum came.
   *
   * @param checksum null when the store has none
   */
  void answered(ObjectBlocks object, @Nullable ObjectChecksum checksum, Effects effects) {
    Verification content = object.verification();
    if (content.state() != State.ASKED) {
      return;
    }
    if (checksum == null) {
      giveUp(object, counters().none, effects);
    } else if (checksum.composite()) {
      giveUp(object, counters().composite, effects);
    } else {
      content.known(checksum);
      goOn(object, effects);
    }
  }

  /**
   * A block has become full.
   *
   * @param sums what {@link Verification#sumsOf} gave
   */
  void arrived(CacheBlock block, @Nullable List<BlockSum> sums, Effects effects) {
    ObjectBlocks object = block.object();
    if (!block.isAttached()) {
      return; // in nobody's answer
    }
    if (object.verification().arrived(block, sums)) {
      goOn(object, effects);
    } else {
      corrupt(object, "block " + block.index() + " came twice, with different bytes", effects);
    }
  }

  /** Begins what is due; decides when all is known. */
  private void goOn(ObjectBlocks object, Effects effects) {
    Verification content = object.verification();
    if (content.hasWork()) {
      content.working(core.now());
      effects.addWork(() -> catchUp(object));
    }
    decide(object, effects);
    release(content, effects);
  }

  private void decide(ObjectBlocks object, Effects effects) {
    Verification content = object.verification();
    ObjectChecksum expected = content.expected();
    byte[] actual = content.actual();
    if (actual == null || expected == null) {
      return;
    }
    if (expected.is(actual)) {
      content.verified();
      counters().verified.increment();
    } else {
      corrupt(
          object,
          "the store's checksum of it is %s %s, the content that came has %s"
              .formatted(
                  expected.algorithm(),
                  expected.value(),
                  ObjectChecksum.of(expected.algorithm(), actual).value()),
          effects);
    }
  }

  /** Everything of this version that is in memory is not to be believed: it goes. */
  private void corrupt(ObjectBlocks object, String what, Effects effects) {
    Verification content = object.verification();
    StoreException failure = EngineCore.failure(Kind.CORRUPT, object, what);
    content.corrupt(failure);
    counters().mismatches.increment();
    effects.add(
        () ->
            log.error(
                "{} (ETag {}) is damaged, in the store or on the way: {}; its readers get EIO",
                object.name(),
                object.version().etag(),
                what));
    core.cache().retire(object);
    for (BlockFetch fetch : List.copyOf(object.fetches())) {
      fetch.cancel(failure, effects);
    }
    object.blocks().forEach(core.cache()::detach);
    content.held().forEach(read -> core.fail(read, failure, effects));
  }

  /**
   * Computes what is due of blocks that are here: their sums, if they came before the algorithm was
   * known, or the digest of those whose turn it is. One thread at a time for an object.
   */
  private void catchUp(ObjectBlocks object) {
    Verification content = object.verification();
    while (true) {
      List<CacheBlock> taken;
      OrderedDigest digest;
      Effects effects = new Effects();
      synchronized (core.lock()) {
        digest = content.digest();
        taken = digest == null ? content.takeLate() : takeNext(object, digest);
        if (taken.isEmpty()) {
          content.resting();
          goOn(object, effects);
        } else {
          content.working(core.now());
          taken.forEach(core.cache()::hold);
        }
      }
      effects.run();
      if (taken.isEmpty()) {
        return;
      }
      compute(object, taken, digest);
    }
  }

  private void compute(
      ObjectBlocks object, List<CacheBlock> taken, @Nullable OrderedDigest digest) {
    Verification content = object.verification();
    List<List<BlockSum>> sums = new ArrayList<>(taken.size());
    Effects effects = new Effects();
    try {
      for (CacheBlock block : taken) {
        if (digest != null) {
          digest.update(block.slice(block.start(), block.end()));
        } else {
          List<BlockSum> computed = content.sumsOf(block);
          sums.add(computed == null ? List.of() : computed);
        }
      }
    } finally {
      synchronized (core.lock()) {
        taken.forEach(block -> core.cache().letGo(block));
        boolean same = true;
        for (int i = 0; i < sums.size(); i++) {
          same &= content.put(taken.get(i), sums.get(i));
        }
        if (digest != null) {
          digest.taken();
        }
        if (!same) {
          corrupt(object, "a block came twice, with different bytes", effects);
        }
        decide(object, effects);
        release(content, effects);
      }
      effects.run();
    }
  }

  /** The block whose turn it is. */
  private List<CacheBlock> takeNext(ObjectBlocks object, OrderedDigest digest) {
    if (!digest.isDue()) {
      return List.of();
    }
    CacheBlock next = object.block(digest.next());
    if (next != null && next.isFull()) {
      return List.of(next);
    }
    digest.lost(); // evicted
    return List.of();
  }

  /** Fails what has waited for too long; READs go on without the outcome. */
  void watch(ObjectBlocks object, long now, Effects effects) {
    Verification content = object.verification();
    long deadline = object.source().deadline().toNanos();
    if (!content.held().isEmpty() && now - content.since() > deadline) {
      giveUp(object, counters().unanswered, effects);
    }
  }

  /** The engine ends. */
  void close(ObjectBlocks object, StoreException reason, Effects effects) {
    Verification content = object.verification();
    List<PendingRead> held = content.held();
    content.off();
    held.forEach(read -> core.fail(read, reason, effects));
  }

  private void giveUp(ObjectBlocks object, LongAdder reason, Effects effects) {
    object.verification().off();
    reason.increment();
    release(object.verification(), effects);
  }

  private void release(Verification content, Effects effects) {
    for (PendingRead read : content.released()) {
      read.released();
      effects.add(() -> core.answer(read));
    }
  }

  private ChecksumCounters counters() {
    return core.counters().checksums;
  }
}
