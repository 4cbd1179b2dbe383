package io.thins3.read;

import io.thins3.store.StoreException;
import io.thins3.store.StoreWait;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One READ that was not answered yet.
 *
 * <pre>
 *   new ──┬── its blocks are here or on their way ──► waiting for bytes ──► (held) ──► answering ──► done
 *         └── no memory ──► queued for memory ───────────┘      │ a GET failed
 *                                └──────────────────────────────┴──► failed
 * </pre>
 *
 * <p>It is held while its answer would hide that the content is wrong ({@link Verification}). While
 * it is queued it pins nothing (see {@link io.thins3.memory.MemoryBudget}). Guarded by the engine's
 * lock, until it is answered.
 */
final class PendingRead {
  /** What the bytes are wanted for. */
  enum Purpose {
    /** A program's READ. */
    READ,
    /** Its open, which the beginning of the answer is enough for. */
    OPEN,
    /** An open that is expected: nobody has asked. */
    AHEAD
  }

  private final ObjectBlocks object;
  private final long offset;
  private final long end;
  private final Purpose purpose;
  private final ReadCompletion completion;
  private final long since;
  private final List<CacheBlock> blocks = new ArrayList<>(2);
  private int missing;
  private boolean begun;
  private @Nullable CompletableFuture<?> queued;

  /**
   * @param purpose what its bytes are wanted for
   * @param since when it arrived, nanoseconds
   */
  PendingRead(
      ObjectBlocks object,
      long offset,
      long end,
      Purpose purpose,
      ReadCompletion completion,
      long since) {
    this.object = object;
    this.offset = offset;
    this.end = end;
    this.purpose = purpose;
    this.completion = completion;
    this.since = since;
  }

  ObjectBlocks object() {
    return object;
  }

  long offset() {
    return offset;
  }

  long end() {
    return end;
  }

  int firstBlock() {
    return CacheBlock.index(offset);
  }

  int lastBlock() {
    return CacheBlock.index(end - 1);
  }

  /** Whether blocks of it are neither here nor on their way. */
  boolean lacksBlocks() {
    for (int i = firstBlock(); i <= lastBlock(); i++) {
      if (object.block(i) == null) {
        return true;
      }
    }
    return false;
  }

  boolean isOpening() {
    return purpose == Purpose.OPEN;
  }

  /** Whether its bytes go to a program. */
  boolean isRead() {
    return purpose == Purpose.READ;
  }

  long since() {
    return since;
  }

  /** Its place in the queue for memory, null when it is in none. */
  @Nullable CompletableFuture<?> queued() {
    return queued;
  }

  void queued(@Nullable CompletableFuture<?> place) {
    queued = place;
  }

  /** The blocks that it pins. */
  List<CacheBlock> blocks() {
    return blocks;
  }

  /** Pins a block; waits for its bytes if they are not here. */
  void add(CacheBlock block) {
    blocks.add(block);
    block.pin();
    if (block.filled() < block.needed(end)) {
      block.waiting().add(this);
      missing++;
    }
  }

  /** Whether somebody has seen to it that it will be answered. */
  boolean isBegun() {
    return begun;
  }

  void begun() {
    begun = true;
  }

  /** Its turn in the queue for memory has come, and it is begun anew. */
  void asksAgain() {
    begun = false;
  }

  boolean isComplete() {
    return missing == 0;
  }

  /** The bytes of a block that it waited for are here. Returns whether they were the last ones. */
  boolean satisfied() {
    missing--;
    return missing == 0;
  }

  /** Its bytes are here, but it has to wait for what a comparison says of them. */
  void hold() {
    missing = 1;
  }

  /** It need not wait for that any more. */
  void released() {
    missing = 0;
  }

  /** Waits for nothing any more. */
  void stopWaiting() {
    object.verification().forget(this);
    for (CacheBlock block : blocks) {
      block.waiting().remove(this);
    }
    missing = 0;
  }

  /** Gives the answer; outside of the lock. */
  void answer() {
    if (purpose != Purpose.READ) {
      completion.data(List.of());
      return;
    }
    List<ByteBuffer> buffers;
    try {
      buffers = new ArrayList<>(blocks.size());
      for (CacheBlock block : blocks) {
        buffers.add(block.slice(offset, end));
      }
    } catch (RuntimeException | Error e) { // no memory: its program must not wait for ever
      completion.failed(StoreWait.failure(e, "GET " + object.name()));
      throw e;
    }
    completion.data(buffers);
  }

  /** Gives the failure; outside of the lock. */
  void fail(StoreException failure) {
    completion.failed(failure);
  }
}
