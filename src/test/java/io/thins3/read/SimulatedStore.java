package io.thins3.read;

import io.thins3.store.ChecksumAlgorithm;
import io.thins3.store.ObjectChecksum;
import io.thins3.store.StoreException;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.Checksums;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store that exists in simulated time only: a GET's first byte comes after the latency, the
 * others at the connection's rate. What is in an object depends on its key, its ETag and the
 * offset, so that a byte of another object, version or place is a wrong one.
 */
final class SimulatedStore implements RangeSource {
  private static final int PERIOD = 1_000_003;
  private static final int SEGMENT = 64 << 10;

  /** What happens to a GET. */
  enum Fault {
    NONE,
    /** The connection is cut after some bytes. */
    CUT,
    /** Nothing comes any more after some bytes; the source notices after its deadline. */
    STALL,
    /** The body ends too early, as if that were all. */
    SHORT,
    /** The connection is closed before an answer comes. */
    UNREACHABLE,
    /** 503 after all retries. */
    REFUSED,
    /** 412: the object was replaced. */
    REPLACED
  }

  /** Chooses what happens to a GET, and after how many bytes. */
  interface Faults {
    Fault of(ObjectVersion version, long offset);

    /** After how many bytes a body breaks off. */
    default long bytes(long length) {
      return length / 2;
    }

    /** Whether a GET without a fault is answered to its end before its call returns. */
    default boolean atOnce() {
      return false;
    }

    /** Whether a GET that is cancelled ends as if that were its end. */
    default boolean finishesCancelled() {
      return false;
    }
  }

  private final Simulation simulation;
  private boolean verifies;
  private final byte[] pattern = new byte[PERIOD + (2 << 20)];
  private final List<String> requests = new ArrayList<>();
  private Duration latency = Duration.ofMillis(1);
  private long bytesPerSecond = 300L << 20;
  private Faults faults = (version, offset) -> Fault.NONE;
  private @Nullable ChecksumAlgorithm checksums;
  private boolean composite;
  private Duration headLatency = Duration.ofMillis(1);
  private @Nullable Kind headFailure;
  private long damagedAt = -1;
  private int damages;
  private int running;
  private int mostRunning;
  private final Set<Body> cancelled = new LinkedHashSet<>();
  private Consumer<Sink> observer = sink -> {};
  private Duration queueing = Duration.ZERO;
  private Duration patience = Duration.ofSeconds(60);

  SimulatedStore(Simulation simulation) {
    this.simulation = simulation;
    new Random(4711).nextBytes(pattern);
    System.arraycopy(pattern, 0, pattern, PERIOD, pattern.length - PERIOD);
  }

  void setLatency(Duration duration) {
    latency = duration;
  }

  void setBytesPerSecond(long rate) {
    bytesPerSecond = rate;
  }

  void setFaults(Faults schedule) {
    faults = schedule;
  }

  /** From now on the store has checksums of this kind, or, for null, none. */
  void setChecksums(@Nullable ChecksumAlgorithm algorithm) {
    checksums = algorithm;
    verifies = true;
  }

  /** Its checksums are those of parts. */
  void setComposite() {
    composite = true;
  }

  /** How long a HEAD takes, and what it fails with, or null. */
  void setHead(Duration duration, @Nullable Kind failure) {
    headLatency = duration;
    headFailure = failure;
  }

  /** Is told of each GET. */
  void setObserver(Consumer<Sink> takesSinks) {
    observer = takesSinks;
  }

  /** How long a GET waits for its turn before it is sent. */
  void setQueueing(Duration duration) {
    queueing = duration;
  }

  void setPatience(Duration duration) {
    patience = duration;
  }

  /** Delivers a byte damaged, so many times; it is right in the store. */
  void damage(long offset, int times) {
    damagedAt = offset;
    damages = times;
  }

  /** The GETs so far, as {@code key offset+length}, and the HEADs, as {@code key HEAD}. */
  List<String> requests() {
    return requests;
  }

  /** GETs that have not ended. */
  int running() {
    return running;
  }

  /** Pages of GETs that were cancelled and have not ended. */
  int pagesGivenUp() {
    int pages = 0;
    for (Body body : cancelled) {
      pages += CacheBlock.index(body.end - 1) - CacheBlock.index(body.reached) + 1;
    }
    return pages;
  }

  int mostRunning() {
    return mostRunning;
  }

  /** What an object holds there; at most 1 MiB. */
  ByteBuffer content(ObjectVersion version, long offset, int length) {
    long shifted = offset + Math.floorMod((version.key() + version.etag()).hashCode(), PERIOD);
    return ByteBuffer.wrap(pattern).slice((int) (shifted % PERIOD), length);
  }

  @Override
  public String bucket() {
    return "simulated";
  }

  @Override
  public Duration patience() {
    return patience;
  }

  @Override
  public Duration deadline() {
    return patience.multipliedBy(3);
  }

  @Override
  public boolean verifies() {
    return verifies;
  }

  @Override
  public CompletableFuture<Optional<ObjectChecksum>> checksum(ObjectVersion version) {
    requests.add(version.key() + " HEAD");
    CompletableFuture<Optional<ObjectChecksum>> answer = new CompletableFuture<>();
    simulation.after(
        headLatency,
        () -> {
          if (headFailure == null) {
            answer.complete(Optional.ofNullable(checksumOf(version)));
          } else {
            answer.completeExceptionally(failure(headFailure));
          }
        });
    return answer;
  }

  private @Nullable ObjectChecksum checksumOf(ObjectVersion version) {
    if (checksums == null) {
      return null;
    }
    Checksums.Running running = new Checksums.Running(checksums);
    for (long at = 0; at < version.size(); at += SEGMENT) {
      running.add(content(version, at, (int) Math.min(SEGMENT, version.size() - at)));
    }
    ObjectChecksum whole = running.value();
    return composite ? new ObjectChecksum(whole.algorithm(), whole.value() + "-2", true) : whole;
  }

  @Override
  public Transfer fetch(ObjectVersion version, long offset, long length, Sink sink) {
    if (offset < 0 || length < 1 || offset + length > version.size()) {
      throw new IllegalArgumentException(offset + "+" + length + " of " + version.size());
    }
    requests.add(version.key() + " " + offset + "+" + length);
    running++;
    mostRunning = Math.max(mostRunning, running);
    Body body = new Body(version, offset, length, sink, faults.of(version, offset));
    observer.accept(sink);
    if (body.fault == Fault.NONE && faults.atOnce()) {
      body.answer();
    } else if (queueing.isZero()) {
      body.send();
    } else {
      simulation.after(queueing, body::send);
    }
    return body;
  }

  static StoreException failure(Kind kind) {
    return new StoreException(kind, "simulated " + kind, 0, null, null, null);
  }

  private final class Body implements Transfer {
    private final ObjectVersion version;
    private final long end;
    private final Sink sink;
    private final Fault fault;
    private final long breakAt;
    private long reached;
    private boolean ended;

    Body(ObjectVersion version, long offset, long length, Sink sink, Fault fault) {
      this.version = version;
      this.end = offset + length;
      this.sink = sink;
      this.fault = fault;
      this.breakAt = fault == Fault.NONE ? end : offset + faults.bytes(length);
      this.reached = offset;
    }

    @Override
    public void cancel() {
      if (!ended) {
        cancelled.add(this);
      }
      // The connection is closed; the thread that reads it notices a moment later.
      boolean finishes = faults.finishesCancelled();
      simulation.after(
          Duration.ofNanos(1000),
          () -> end(finishes ? sink::finished : () -> sink.broken(failure(Kind.INTERRUPTED))));
    }

    private void end(Runnable call) {
      if (!ended) {
        ended = true;
        running--;
        cancelled.remove(this);
        call.run();
      }
    }

    void send() {
      if (!ended) {
        sink.begun();
        simulation.after(latency, this::begin);
      }
    }

    private void begin() {
      if (ended) {
        return;
      }
      switch (fault) {
        case UNREACHABLE -> end(() -> sink.broken(failure(Kind.UNREACHABLE)));
        case REFUSED -> end(() -> sink.failed(failure(Kind.SERVER_ERROR)));
        case REPLACED -> end(() -> sink.failed(failure(Kind.PRECONDITION_FAILED)));
        case NONE, CUT, STALL, SHORT -> {
          open();
          next();
        }
      }
    }

    private void open() {
      if (verifies && reached == 0 && end == version.size()) {
        sink.checksum(checksumOf(version));
      }
      sink.opened();
    }

    /** All of it at once. */
    void answer() {
      sink.begun();
      open();
      while (reached < end) {
        put(Math.min(SEGMENT, end - reached));
      }
      end(sink::finished);
    }

    private void next() {
      if (reached == breakAt) {
        breakOff();
        return;
      }
      long segment = Math.min(SEGMENT, breakAt - reached);
      simulation.after(
          Duration.ofNanos(segment * 1_000_000_000L / bytesPerSecond), () -> arrive(segment));
    }

    private void arrive(long segment) {
      put(segment);
      if (!ended) {
        next();
      }
    }

    private void put(long segment) {
      for (long left = segment; left > 0 && !ended; ) {
        ByteBuffer region = sink.region();
        int count = (int) Math.min(left, region.remaining());
        int from = region.position();
        region.put(content(version, reached, count));
        if (damages > 0 && reached <= damagedAt && damagedAt < reached + count) {
          damages--;
          int at = from + (int) (damagedAt - reached);
          region.put(at, (byte) ~region.get(at));
        }
        reached += count;
        left -= count;
        sink.advanced(count);
      }
    }

    private void breakOff() {
      switch (fault) {
        case CUT -> end(() -> sink.broken(failure(Kind.UNREACHABLE)));
        case STALL ->
            simulation.after(
                Duration.ofSeconds(30), () -> end(() -> sink.broken(failure(Kind.TIMEOUT))));
        default -> end(sink::finished);
      }
    }
  }
}
