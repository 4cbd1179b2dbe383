package io.thins3.read;

import io.thins3.store.StoreException;
import io.thins3.store.StoreWait;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Asks whether a version is still there, for an open whose bytes are in memory or that has none:
 * content is that of the newest version at open, however old the memory is. By a GET of the first
 * byte; by a HEAD where there is none, because of nothing no range can be asked for.
 *
 * <pre>
 *   send ──► opened ──► the open is answered; the rest does not matter
 *    ▲  └─ failed, or hopeless ──► the open fails
 *    └──── broken: after a wait
 * </pre>
 */
final class VersionCheck {
  private final EngineCore core;
  private final ObjectBlocks object;
  private final CompletableFuture<Void> answer;
  private final Resumption resumption;

  VersionCheck(EngineCore core, ObjectBlocks object, CompletableFuture<Void> answer) {
    this.core = core;
    this.object = object;
    this.answer = answer;
    this.resumption = new Resumption(object.source().patience(), core.now(), 0);
  }

  void send() {
    if (object.size() == 0) {
      sendHead();
      return;
    }
    core.counters().requests.increment();
    try {
      var unused = object.source().fetch(object.version(), 0, 1, new FirstByteSink());
    } catch (RuntimeException | Error e) { // an executor that is shutting down, no memory
      fail(StoreWait.failure(e, "GET " + object.name()));
    }
  }

  private void sendHead() {
    if (isUnanswerable(object.version())) {
      answer.complete(null);
      return;
    }
    core.counters().requests.increment();
    CompletableFuture<?> head;
    try {
      head = object.source().checksum(object.version());
    } catch (RuntimeException | Error e) { // an executor that is shutting down
      fail(StoreWait.failure(e, "HEAD " + object.name()));
      return;
    }
    var unused =
        head.whenComplete(
            (checksum, failure) -> {
              if (failure == null) {
                isThere();
              } else { // as a GET that got no head: the store has retried, and no body can break
                fail(StoreWait.failure(failure, "HEAD " + object.name()));
              }
            });
  }

  /** Some servers give no ETag to what is empty: there is nothing to compare. */
  static boolean isUnanswerable(ObjectVersion version) {
    return version.size() == 0 && version.etag().isEmpty();
  }

  private void again(StoreException failure) {
    if (answer.isDone()) {
      return;
    }
    if (resumption.isHopeless(core.now())) {
      fail(failure);
      return;
    }
    Duration wait = resumption.nextWait();
    core.counters().resumed.increment();
    if (wait.isZero()) {
      send();
    } else {
      try {
        core.delay().after(wait, this::send);
      } catch (RuntimeException | Error e) { // shutting down, no thread
        fail(failure);
      }
    }
  }

  private void isThere() {
    synchronized (core.lock()) {
      object.isThere();
    }
    answer.complete(null);
  }

  private void fail(StoreException failure) {
    synchronized (core.lock()) {
      object.failed(failure);
    }
    if (answer.completeExceptionally(failure)) {
      core.counters().failed.increment();
    }
  }

  private final class FirstByteSink implements RangeSource.Sink {
    private final ByteBuffer bytes = ByteBuffer.allocate(1);

    @Override
    public void opened() {
      isThere();
    }

    @Override
    public ByteBuffer region() {
      return bytes.clear();
    }

    @Override
    public void advanced(int count) {
      core.counters().fetchedBytes.add(count);
      core.counters().wastedBytes.add(count);
    }

    @Override
    public void finished() {
      isThere();
    }

    @Override
    public void broken(StoreException failure) {
      again(failure);
    }

    @Override
    public void failed(StoreException failure) {
      fail(failure);
    }
  }
}
