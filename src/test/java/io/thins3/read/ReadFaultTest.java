package io.thins3.read;

import static io.thins3.read.ReadLab.KIB;
import static io.thins3.read.ReadLab.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.read.SimulatedStore.Fault;
import io.thins3.read.SimulatedStore.Faults;
import io.thins3.store.StoreException;
import io.thins3.store.StoreException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of READs when GETs fail, on a store in simulated time. */
class ReadFaultTest {
  private final ReadLab lab = new ReadLab(64L * MIB);

  @AfterEach
  void everyPageIsBack() {
    lab.finish();
  }

  private static Faults always(Fault fault) {
    return (version, offset) -> fault;
  }

  private static Faults always(Fault fault, long bytes) {
    return new Faults() {
      @Override
      public Fault of(ObjectVersion version, long offset) {
        return fault;
      }

      @Override
      public long bytes(long length) {
        return Math.min(bytes, length);
      }
    };
  }

  private static @Nullable Kind kind(ReadLab.Outcome outcome) {
    StoreException failure = outcome.failure;
    return failure == null ? null : failure.kind();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CUT", "STALL", "SHORT"})
  void body_breaksOffAgainAndAgain_isResumedFromTheByteReached(Fault fault) {
    lab.store.setFaults(always(fault, 100_000));
    ReadLab.Handle handle = lab.open(ReadLab.object("k", 5 * MIB));
    ReadLab.Progress program = handle.sequential(0, 5 * MIB, 128 * KIB, 2);
    lab.simulation.run();
    assertThat(program.isDone()).isTrue();
    assertThat(program.failures).isEmpty();
    assertThat(lab.engine.counts().fetchedBytes()).as("no byte twice").isEqualTo(5L * MIB);
    assertThat(lab.engine.counts().resumed()).isGreaterThanOrEqualTo(45);
    handle.reader.close();
  }

  @Test
  void body_neverComes_failsAfterTheGivenTime() {
    lab.store.setFaults(always(Fault.CUT, 0));
    ReadLab.Handle handle = lab.open(ReadLab.object("k", 5 * MIB));
    ReadLab.Outcome outcome = handle.read(0, 4096, done -> {});
    lab.simulation.runFor(Duration.ofSeconds(59));
    assertThat(outcome.answered).isFalse();
    lab.simulation.runFor(Duration.ofSeconds(7));
    assertThat(kind(outcome)).isEqualTo(Kind.UNREACHABLE);
    assertThat(lab.store.requests().size()).as("with waits between them").isBetween(5, 25);
    handle.reader.close();
  }

  @Test
  void body_comesDropByDrop_failsAfterTheGivenTime() {
    lab.store.setBytesPerSecond(500); // 64 KiB within 131 s
    ReadLab.Handle handle = lab.open(ReadLab.object("k", 5 * MIB));
    ReadLab.Outcome outcome = handle.read(0, 128 * KIB, done -> {});
    lab.simulation.runFor(Duration.ofSeconds(59));
    lab.engine.watch();
    lab.simulation.runFor(Duration.ofSeconds(1));
    assertThat(outcome.answered).isFalse();
    lab.simulation.runFor(Duration.ofSeconds(1));
    lab.engine.watch();
    lab.simulation.runFor(Duration.ofSeconds(1));
    assertThat(kind(outcome)).isEqualTo(Kind.TIMEOUT);
    assertThat(outcome.failure).hasMessageContaining("too slowly");
  }

  @Test
  void store_refuses_failsAtOnceAndTriesAgainForTheNextRead() {
    lab.store.setFaults(always(Fault.REFUSED));
    ReadLab.Handle handle = lab.open(ReadLab.object("k", 5 * MIB));
    ReadLab.Outcome outcome = handle.read(0, 4096, done -> {});
    lab.simulation.run();
    assertThat(kind(outcome)).isEqualTo(Kind.SERVER_ERROR);
    assertThat(lab.store.requests()).hasSize(1);
    lab.store.setFaults(always(Fault.NONE));
    handle.readNow(0, 4096);
    handle.reader.close();
  }

  @Test
  void start_versionIsGone_fails() {
    lab.store.setFaults(always(Fault.REPLACED));
    ReadLab.Handle handle = lab.open(ReadLab.object("k", 5 * MIB));
    CompletableFuture<?> started = handle.reader.start();
    lab.simulation.run();
    assertThat(started).isCompletedExceptionally();
    handle.reader.close();
  }

  @Test
  void start_versionIsGoneButInMemory_fails() {
    ReadLab.Handle first = lab.open(ReadLab.object("k", 1000));
    first.readNow(0, 1000);
    lab.store.setFaults(always(Fault.REPLACED));
    CompletableFuture<?> started = lab.open(ReadLab.object("k", 1000)).reader.start();
    lab.simulation.run();
    assertThat(started).isCompletedExceptionally();
  }

  @Test
  void start_checkBreaksOff_asksAgainAndThenFails() {
    ReadLab.Handle first = lab.open(ReadLab.object("k", 1000));
    first.readNow(0, 1000);
    SimulatedStore down = lab.store;
    down.setLatency(Duration.ofMillis(1));
    down.setFaults(always(Fault.UNREACHABLE));
    CompletableFuture<?> started = first.reader.start();
    lab.simulation.runFor(Duration.ofSeconds(1));
    assertThat(started).isNotDone();
    down.setFaults(always(Fault.NONE));
    lab.simulation.runFor(Duration.ofSeconds(5));
    assertThat(started).isCompleted();
    down.setFaults(always(Fault.UNREACHABLE));
    CompletableFuture<?> hopeless = first.reader.start();
    lab.simulation.runFor(Duration.ofSeconds(70));
    assertThat(hopeless).isCompletedExceptionally();
  }

  @Test
  void version_replacedWhileRead_givesWhatWasHereThenFails() {
    ReadLab.Handle handle = lab.open(ReadLab.object("k", 50 * MIB));
    handle.readNow(0, 128 * KIB);
    lab.simulation.run();
    lab.store.setFaults(always(Fault.REPLACED));
    ReadLab.Progress program = handle.sequential(0, 50 * MIB, 128 * KIB, 1);
    lab.simulation.run();
    assertThat(program.isDone()).isTrue();
    assertThat(program.failures)
        .isNotEmpty()
        .allMatch(failure -> failure.kind() == Kind.PRECONDITION_FAILED);
    handle.readNow(0, 128 * KIB);
    handle.reader.close();
  }

  @Test
  void version_another_sharesNothing() {
    ReadLab.Handle old = lab.open(new ObjectVersion("k", "\"1\"", MIB));
    ReadLab.Handle now = lab.open(new ObjectVersion("k", "\"2\"", MIB));
    old.readNow(0, 128 * KIB);
    now.readNow(0, 128 * KIB);
    assertThat(lab.store.requests()).hasSize(2);
    old.reader.close();
    now.reader.close();
  }

  @Test
  void source_silent_isGivenUpByTheWatch() {
    List<RangeSource.Sink> sinks = new ArrayList<>();
    List<String> cancelled = new ArrayList<>();
    RangeSource silent =
        new RangeSource() {
          @Override
          public String bucket() {
            return "silent";
          }

          @Override
          public Duration patience() {
            return Duration.ofMinutes(1);
          }

          @Override
          public Duration deadline() {
            return Duration.ofMinutes(3);
          }

          @Override
          public Transfer fetch(ObjectVersion version, long offset, long length, Sink sink) {
            sinks.add(sink);
            sink.begun();
            return () -> cancelled.add("cancelled");
          }
        };
    ObjectVersion version = ReadLab.object("k", MIB);
    ReadLab.Handle handle = lab.handle(version, lab.engine.open(silent, version));
    ReadLab.Outcome outcome = handle.read(0, 4096, done -> {});
    lab.simulation.runFor(Duration.ofSeconds(179));
    lab.engine.watch();
    assertThat(outcome.answered).isFalse();
    lab.simulation.runFor(Duration.ofSeconds(2));
    lab.engine.watch();
    assertThat(kind(outcome)).isEqualTo(Kind.TIMEOUT);
    assertThat(cancelled).hasSize(1);
    assertThat(lab.budget.counts().reserved())
        .as("the source has not let go of the memory")
        .isEqualTo(8);
    sinks.get(0).finished();
    assertThat(lab.budget.counts().reserved()).isZero();
    handle.reader.close();
  }

  @Test
  void source_queuesLongerThanItsDeadline_isNotGivenUp() {
    lab.store.setQueueing(Duration.ofMinutes(5));
    ReadLab.Handle handle = lab.open(ReadLab.object("k", 5 * MIB));
    ReadLab.Outcome outcome = handle.read(0, 4096, done -> {});
    watchFor(Duration.ofSeconds(299));
    assertThat(outcome.answered).isFalse();
    watchFor(Duration.ofSeconds(10));
    assertThat(outcome.answered).isTrue();
    assertThat(outcome.failure).isNull();
    handle.reader.close();
  }

  @Test
  void body_breaksOffAndEachRequestQueues_isResumed() {
    lab.store.setQueueing(Duration.ofSeconds(100));
    lab.store.setFaults(always(Fault.CUT, 10_000));
    ReadLab.Handle handle = lab.open(ReadLab.object("k", 128 * KIB));
    ReadLab.Outcome outcome = handle.read(0, 128 * KIB, done -> {});
    watchFor(Duration.ofSeconds(2000));
    assertThat(outcome.answered).isTrue();
    assertThat(outcome.failure).isNull();
    assertThat(lab.store.requests()).hasSize(14);
    handle.reader.close();
  }

  private void watchFor(Duration duration) {
    for (long second = 0; second < duration.toSeconds(); second++) {
      lab.simulation.runFor(Duration.ofSeconds(1));
      lab.engine.watch();
    }
  }

  @Test
  void sources_ofDifferentPatience_eachHasItsOwn() {
    SimulatedStore impatient = new SimulatedStore(lab.simulation);
    impatient.setPatience(Duration.ofSeconds(10));
    impatient.setFaults(always(Fault.CUT, 0));
    lab.store.setFaults(always(Fault.CUT, 0));
    ObjectVersion version = ReadLab.object("k", 5 * MIB);
    ReadLab.Outcome soon =
        lab.handle(version, lab.engine.open(impatient, version)).read(0, 4096, done -> {});
    ReadLab.Outcome late = lab.open(version).read(0, 4096, done -> {});
    lab.simulation.runFor(Duration.ofSeconds(9));
    assertThat(soon.answered).isFalse();
    lab.simulation.runFor(Duration.ofSeconds(8));
    assertThat(kind(soon)).isEqualTo(Kind.UNREACHABLE);
    lab.simulation.runFor(Duration.ofSeconds(42));
    assertThat(late.answered).isFalse();
    lab.simulation.runFor(Duration.ofSeconds(7));
    assertThat(kind(late)).isEqualTo(Kind.UNREACHABLE);
  }

  @Test
  void watch_sourcesOfDifferentPatience_eachHasItsOwnDeadline() {
    SimulatedStore impatient = new SimulatedStore(lab.simulation);
    impatient.setPatience(Duration.ofSeconds(10));
    impatient.setLatency(Duration.ofSeconds(1000));
    lab.store.setLatency(Duration.ofSeconds(1000));
    ObjectVersion version = ReadLab.object("k", 5 * MIB);
    ReadLab.Outcome soon =
        lab.handle(version, lab.engine.open(impatient, version)).read(0, 4096, done -> {});
    ReadLab.Outcome late = lab.open(version).read(0, 4096, done -> {});
    watchFor(Duration.ofSeconds(30));
    assertThat(soon.answered).isFalse();
    watchFor(Duration.ofSeconds(2));
    assertThat(kind(soon)).isEqualTo(Kind.TIMEOUT);
    watchFor(Duration.ofSeconds(148));
    assertThat(late.answered).isFalse();
    watchFor(Duration.ofSeconds(2));
    assertThat(kind(late)).isEqualTo(Kind.TIMEOUT);
  }

  /** A buffer outside of the heap has a cleaner each, and nothing of the kind is pooled here. */
  @Test
  void start_blocksInMemory_needsNoDirectMemory() {
    List<RangeSource.Sink> sinks = new ArrayList<>();
    SimulatedStore watched = lab.store;
    watched.setObserver(sinks::add);
    ReadLab.Handle handle = lab.open(ReadLab.object("k", 1000));
    handle.readNow(0, 1000);
    CompletableFuture<?> started = handle.reader.start();
    assertThat(sinks.get(1).region().isDirect()).isFalse();
    lab.simulation.run();
    assertThat(started).isCompleted();
    handle.reader.close();
  }

  @Test
  void source_throws_failsTheRead() {
    RangeSource broken =
        new RangeSource() {
          @Override
          public String bucket() {
            return "broken";
          }

          @Override
          public Duration patience() {
            return Duration.ofMinutes(1);
          }

          @Override
          public Duration deadline() {
            return Duration.ofMinutes(3);
          }

          @Override
          public Transfer fetch(ObjectVersion version, long offset, long length, Sink sink) {
            throw new IllegalStateException("shut down");
          }
        };
    ObjectVersion version = ReadLab.object("k", MIB);
    ReadLab.Handle handle = lab.handle(version, lab.engine.open(broken, version));
    ReadLab.Outcome outcome = handle.read(0, 4096, done -> {});
    assertThat(outcome.failure).isNotNull().hasMessageContaining("shut down");
    handle.reader.close();
  }

  @Test
  void engine_closed_failsWhatWaits() {
    lab.store.setLatency(Duration.ofSeconds(10));
    ReadLab.Handle handle = lab.open(ReadLab.object("k", 5 * MIB));
    ReadLab.Outcome outcome = handle.read(0, 4096, done -> {});
    lab.engine.close();
    assertThat(outcome.failure).isNotNull();
    ReadLab.Outcome late = handle.read(0, 4096, done -> {});
    assertThat(late.failure).isNotNull();
    handle.reader.close();
  }
}
