package io.thins3.read;

import io.thins3.store.ChecksumAlgorithm;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;

/**
 * A digest of an object whose blocks come in any order and are taken in theirs: SHA has no sums
 * that could be put together.
 *
 * <pre>
 *   0 ── taken ── next ── here, in a row ── arrivedTo ── here or not ── blocks
 * </pre>
 *
 * <p>Not thread-safe, but {@link #update} may run beside the others, in one thread at a time.
 */
final class OrderedDigest {
  private final MessageDigest digest;
  private final int blocks;
  private final BitSet arrived = new BitSet();
  private int next;
  private int arrivedTo;

  OrderedDigest(ChecksumAlgorithm algorithm, int blocks) {
    this.digest = digest(algorithm);
    this.blocks = blocks;
  }

  private static MessageDigest digest(ChecksumAlgorithm algorithm) {
    String name =
        switch (algorithm) {
          case SHA256 -> "SHA-256";
          case SHA1 -> "SHA-1";
          default -> throw new IllegalArgumentException(algorithm + " is no digest");
        };
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + name, e);
    }
  }

  /** A block is here. */
  void arrived(int index) {
    arrived.set(index);
    arrivedTo = arrived.nextClearBit(arrivedTo);
  }

  /** The block to be taken next. */
  int next() {
    return next;
  }

  /** Whether the next block has been here; it may have gone since. */
  boolean isDue() {
    return next < arrivedTo;
  }

  /** The next block has gone; it may come again. */
  void lost() {
    arrived.clear(next);
    arrivedTo = next;
  }

  /** Whether all blocks up to one have been here, and that one has not been taken. */
  boolean isAhead(int index) {
    return next <= index && index < arrivedTo;
  }

  boolean haveAllArrived() {
    return arrivedTo == blocks;
  }

  boolean isComplete() {
    return next == blocks;
  }

  /** Feeds the next block's bytes. */
  void update(ByteBuffer bytes) {
    digest.update(bytes);
  }

  /** The next block was fed. */
  void taken() {
    next++;
  }

  /** The digest of all blocks; once. */
  byte[] value() {
    if (!isComplete()) {
      throw new IllegalStateException(next + " of " + blocks + " blocks");
    }
    return digest.digest();
  }
}
