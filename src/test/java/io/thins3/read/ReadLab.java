package io.thins3.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.memory.MemoryBudget;
import io.thins3.store.StoreException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The engine on the simulated store, with checks of every answer and of every page at the end. */
final class ReadLab {
  static final int KIB = 1 << 10;
  static final int MIB = 1 << 20;

  final Simulation simulation = new Simulation();
  final SimulatedStore store = new SimulatedStore(simulation);
  final MemoryBudget budget;
  final ReadEngine engine;

  /** Off where content arrives damaged on purpose. */
  boolean checksContent = true;

  private int grants;

  ReadLab(long budgetBytes) {
    budget = new MemoryBudget(budgetBytes, simulation::now, this::grant);
    engine = new ReadEngine(budget, simulation, simulation::now, Duration.ofMinutes(3));
  }

  private void grant(Runnable grant) {
    grants++;
    simulation.execute(
        () -> {
          grants--;
          grant.run();
        });
  }

  /** How many were granted pages and do not know it yet. */
  int grantsOnTheirWay() {
    return grants;
  }

  static ObjectVersion object(String key, long size) {
    return new ObjectVersion(key, "\"1\"", size);
  }

  Handle open(ObjectVersion version) {
    return handle(version, engine.open(store, version));
  }

  Handle handle(ObjectVersion version, ObjectReader reader) {
    return new Handle(version, reader);
  }

  /** Closes the engine; every page must be back. */
  void finish() {
    engine.close();
    simulation.run();
    assertThat(store.running()).as("GETs that go on").isZero();
    assertThat(budget.counts().reserved()).as("pages that were kept").isZero();
    assertThat(budget.counts().waiters()).as("who waits for pages").isZero();
    ReadCounts counts = engine.counts();
    assertThat(counts.wastedBytes()).isBetween(0L, counts.fetchedBytes());
  }

  /** The share of the fetched bytes that nobody has read. All handles must be closed. */
  double waste() {
    engine.close();
    simulation.run();
    ReadCounts counts = engine.counts();
    return (double) counts.wastedBytes() / counts.fetchedBytes();
  }

  /** One READ and its outcome. */
  static final class Outcome {
    /** The most pages that it may wait for. */
    final int pages;

    boolean answered;
    @Nullable StoreException failure;
    private Runnable giveUp = () -> {};

    Outcome(int pages) {
      this.pages = pages;
    }

    void giveUp() {
      giveUp.run();
    }
  }

  /** An open handle. */
  final class Handle {
    final ObjectVersion version;
    final ObjectReader reader;

    Handle(ObjectVersion version, ObjectReader reader) {
      this.version = version;
      this.reader = reader;
    }

    /** Begins a READ; its answer is checked. */
    Outcome read(long offset, int length, Consumer<Outcome> then) {
      Outcome outcome =
          new Outcome(CacheBlock.index(offset + length) - CacheBlock.index(offset) + 1);
      outcome.giveUp =
          reader.read(
              offset,
              length,
              new ReadCompletion() {
                @Override
                public void data(List<ByteBuffer> buffers) {
                  end();
                  check(offset, length, buffers);
                  then.accept(outcome);
                }

                @Override
                public void failed(StoreException failure) {
                  end();
                  outcome.failure = failure;
                  then.accept(outcome);
                }

                private void end() {
                  assertThat(outcome.answered).as("answered twice").isFalse();
                  outcome.answered = true;
                }
              });
      return outcome;
    }

    private void check(long offset, int length, List<ByteBuffer> buffers) {
      long at = offset;
      for (ByteBuffer buffer : buffers) {
        ByteBuffer expected = store.content(version, at, buffer.remaining());
        assertThat(checksContent ? buffer.mismatch(expected) : -1)
            .as("%s at %d", version.key(), at)
            .isEqualTo(-1);
        at += buffer.remaining();
      }
      assertThat(at - offset).isEqualTo(Math.max(0, Math.min(length, version.size() - offset)));
    }

    /** Reads and waits. */
    void readNow(long offset, int length) {
      Outcome outcome = read(offset, length, done -> {});
      while (!outcome.answered && simulation.step()) {}
      assertThat(outcome.answered).isTrue();
      assertThat(outcome.failure).isNull();
    }

    /**
     * Reads a range as the kernel does for one sequential program: so many READs in flight, each
     * next one when one was answered.
     */
    Progress sequential(long from, long to, int size, int flight) {
      Progress progress = new Progress(this, from, to, size);
      for (int i = 0; i < flight; i++) {
        progress.next();
      }
      return progress;
    }
  }

  /** A program that reads a range from its first byte to its last. */
  final class Progress {
    private final Handle handle;
    private final long to;
    private final int size;
    private long next;
    private int inFlight;
    final List<StoreException> failures = new ArrayList<>();

    Progress(Handle handle, long from, long to, int size) {
      this.handle = handle;
      this.next = from;
      this.to = to;
      this.size = size;
    }

    @Override
    public String toString() {
      return "next " + next + " of " + to + ", " + inFlight + " in flight, failures " + failures;
    }

    boolean isDone() {
      return next >= to && inFlight == 0;
    }

    private void next() {
      if (next < to) {
        long offset = next;
        next += size;
        inFlight++;
        handle.read(
            offset,
            (int) Math.min(size, to - offset),
            outcome -> {
              inFlight--;
              if (outcome.failure != null) {
                failures.add(outcome.failure);
              }
              // The program wants its next bytes a moment later.
              simulation.after(Duration.ofNanos(10_000), this::next);
            });
      }
    }
  }
}
