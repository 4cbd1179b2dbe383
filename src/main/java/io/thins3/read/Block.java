package io.thins3.read;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A range of an object that is being fetched, or is here.
 *
 * @param start first byte
 * @param length bytes
 * @param allowance bytes of read-ahead allowance that go with it, 0 when a reader asked for it
 * @param data completes with the bytes, position 0 to limit {@code length}
 * @param holders who still needs the memory: the fetch that fills it, and the table that it is in.
 *     The allowance goes back when neither does
 */
record Block(
    long start,
    int length,
    long allowance,
    CompletableFuture<ByteBuffer> data,
    AtomicInteger holders) {
  /** A block that is about to be fetched. */
  static Block of(long start, int length, long allowance) {
    return new Block(start, length, allowance, new CompletableFuture<>(), new AtomicInteger(2));
  }

  long end() {
    return start + length;
  }

  /** The part of the fetched bytes that lies in a range; empty when none does. */
  ByteBuffer slice(long from, long to) {
    int first = (int) (Math.max(from, start) - start);
    int last = (int) (Math.min(to, end()) - start);
    return data.join().slice(first, Math.max(0, last - first));
  }
}
