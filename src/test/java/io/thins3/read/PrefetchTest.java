package io.thins3.read;

import static io.thins3.read.ReadLab.KIB;
import static io.thins3.read.ReadLab.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Objects fetched ahead of their open, on a store in simulated time. */
class PrefetchTest {
  private static final Duration VALID = Duration.ofSeconds(10);

  private final List<Boolean> ends = new ArrayList<>();
  private ReadLab lab = new ReadLab(192L * MIB);

  @AfterEach
  void everyPageIsBack() {
    lab.finish();
  }

  private void budget(long bytes) {
    lab.finish();
    lab = new ReadLab(bytes);
  }

  private Prefetching prefetch(ObjectVersion version) {
    return lab.engine.prefetch(lab.store, version, VALID, ends::add);
  }

  private Prefetching prefetchNow(ObjectVersion version) {
    Prefetching begun = prefetch(version);
    lab.simulation.run();
    return begun;
  }

  private void openAndReadAll(ObjectVersion version) {
    ReadLab.Handle handle = lab.open(version);
    CompletableFuture<?> started = handle.reader.start();
    handle.sequential(0, version.size(), 128 * KIB, 2);
    lab.simulation.run();
    assertThat(started).isCompleted();
    handle.reader.close();
  }

  private List<String> requests() {
    return lab.store.requests();
  }

  @Test
  void prefetch_thenOpenedAndRead_isOneRequest() {
    ObjectVersion version = ReadLab.object("k", 300_001);
    assertThat(prefetchNow(version)).isEqualTo(Prefetching.BEGUN);
    assertThat(ends).containsExactly(true);
    ReadLab.Handle handle = lab.open(version);
    assertThat(handle.reader.start()).as("answered at once").isCompleted();
    handle.readNow(0, 300_001);
    handle.reader.close();
    assertThat(requests()).containsExactly("k 0+300001");
    assertThat(lab.waste()).isZero();
  }

  @Test
  void start_prefetchOnItsWay_waitsForItsAnswer() {
    ObjectVersion version = ReadLab.object("k", 300_001);
    prefetch(version);
    ReadLab.Handle handle = lab.open(version);
    CompletableFuture<?> started = handle.reader.start();
    assertThat(started).isNotDone();
    lab.simulation.runFor(Duration.ofMillis(1));
    assertThat(started).isCompleted();
    handle.readNow(0, 300_001);
    handle.reader.close();
    assertThat(requests()).containsExactly("k 0+300001");
  }

  @Test
  void start_bodyOnItsWay_needNotWaitForIt() {
    ObjectVersion version = ReadLab.object("k", 300_001);
    prefetch(version);
    lab.simulation.runFor(Duration.ofNanos(1_500_000));
    assertThat(ends).isEmpty();
    ReadLab.Handle handle = lab.open(version);
    assertThat(handle.reader.start()).isCompleted();
    handle.readNow(0, 300_001);
    handle.reader.close();
    assertThat(requests()).containsExactly("k 0+300001");
  }

  @Test
  void start_theSecondOpen_asks() {
    ObjectVersion version = ReadLab.object("k", 1000);
    prefetchNow(version);
    openAndReadAll(version);
    openAndReadAll(version);
    assertThat(requests()).containsExactly("k 0+1000", "k 0+1");
  }

  @Test
  void start_answerTooOld_asks() {
    ObjectVersion version = ReadLab.object("k", 1000);
    prefetchNow(version);
    lab.simulation.runFor(VALID);
    openAndReadAll(version);
    assertThat(requests()).containsExactly("k 0+1000", "k 0+1");
  }

  @Test
  void start_answerAlmostTooOld_sendsNothing() {
    ObjectVersion version = ReadLab.object("k", 1000);
    prefetchNow(version);
    lab.simulation.runFor(VALID.minusMillis(10));
    openAndReadAll(version);
    assertThat(requests()).containsExactly("k 0+1000");
  }

  @Test
  void prefetch_refused_openSendsItsOwn() {
    ObjectVersion version = ReadLab.object("k", 1000);
    lab.store.setFaults((v, offset) -> SimulatedStore.Fault.REFUSED);
    prefetchNow(version);
    assertThat(ends).containsExactly(false);
    lab.store.setFaults((v, offset) -> SimulatedStore.Fault.NONE);
    openAndReadAll(version);
    assertThat(requests()).containsExactly("k 0+1000", "k 0+1000");
  }

  @Test
  void prefetch_bodyFails_openSendsItsOwn() {
    ObjectVersion version = ReadLab.object("k", 300_000);
    lab.store.setFaults(
        (v, offset) -> offset == 0 ? SimulatedStore.Fault.CUT : SimulatedStore.Fault.REFUSED);
    prefetchNow(version);
    assertThat(ends).containsExactly(false);
    lab.store.setFaults((v, offset) -> SimulatedStore.Fault.NONE);
    ReadLab.Handle handle = lab.open(version);
    CompletableFuture<?> started = handle.reader.start();
    assertThat(started).as("the mark is gone").isNotDone();
    handle.readNow(0, 300_000);
    assertThat(started).isCompleted();
    handle.reader.close();
  }

  @Test
  void start_prefetchFindsAnotherVersion_isToldSo() {
    ObjectVersion version = ReadLab.object("k", 1000);
    lab.store.setFaults((v, offset) -> SimulatedStore.Fault.REPLACED);
    prefetch(version);
    ReadLab.Handle handle = lab.open(version);
    CompletableFuture<?> started = handle.reader.start();
    lab.simulation.run();
    assertThatThrownBy(started::join).hasCauseInstanceOf(StoreException.class);
    assertThat(requests()).containsExactly("k 0+1000");
    handle.reader.close();
  }

  @Test
  void prefetch_bytesInMemory_asksAheadForTheOpen() {
    ObjectVersion version = ReadLab.object("k", 1000);
    openAndReadAll(version);
    requests().clear();
    assertThat(prefetchNow(version)).isEqualTo(Prefetching.BEGUN);
    assertThat(ends).containsExactly(true);
    openAndReadAll(version);
    assertThat(requests()).containsExactly("k 0+1");
  }

  @Test
  void start_askedAheadAndNotAnswered_waitsForTheAnswer() {
    ObjectVersion version = ReadLab.object("k", 1000);
    openAndReadAll(version);
    requests().clear();
    lab.store.setFaults((v, offset) -> SimulatedStore.Fault.REPLACED);
    prefetch(version);
    ReadLab.Handle handle = lab.open(version);
    CompletableFuture<?> started = handle.reader.start();
    assertThat(started).isNotDone();
    lab.simulation.run();
    assertThat(started).isCompletedExceptionally();
    assertThat(requests()).containsExactly("k 0+1");
    handle.reader.close();
  }

  @Test
  void prefetch_emptyThenOpened_isOneHead() {
    ObjectVersion empty = ReadLab.object("k", 0);
    assertThat(prefetchNow(empty)).isEqualTo(Prefetching.BEGUN);
    assertThat(ends).containsExactly(true);
    ReadLab.Handle handle = lab.open(empty);
    assertThat(handle.reader.start()).as("answered at once").isCompleted();
    handle.reader.close();
    assertThat(requests()).containsExactly("k HEAD");
    assertThat(lab.engine.counts().requests()).isEqualTo(1);
    openAndReadAll(empty);
    assertThat(requests()).as("the second open asks").containsExactly("k HEAD", "k HEAD");
  }

  @Test
  void start_headForAnEmptyFileOnItsWay_waitsForItsAnswer() {
    ObjectVersion empty = ReadLab.object("k", 0);
    lab.store.setHead(Duration.ofMillis(1), StoreException.Kind.PRECONDITION_FAILED);
    prefetch(empty);
    ReadLab.Handle handle = lab.open(empty);
    CompletableFuture<?> started = handle.reader.start();
    assertThat(started).isNotDone();
    lab.simulation.run();
    assertThat(started).isCompletedExceptionally();
    assertThat(requests()).containsExactly("k HEAD");
    assertThat(ends).containsExactly(false);
    handle.reader.close();
  }

  @Test
  void start_headForAnEmptyFileFailedOrTooOld_asks() {
    ObjectVersion empty = ReadLab.object("k", 0);
    lab.store.setHead(Duration.ofMillis(1), StoreException.Kind.SERVER_ERROR);
    prefetchNow(empty);
    lab.store.setHead(Duration.ofMillis(1), null);
    openAndReadAll(empty);
    assertThat(requests()).hasSize(2);
    prefetchNow(empty);
    lab.simulation.runFor(VALID);
    openAndReadAll(empty);
    assertThat(requests()).hasSize(4);
  }

  @Test
  void watch_nobodyOpensTheEmptyFile_isForgotten() {
    ObjectVersion empty = ReadLab.object("k", 0);
    prefetchNow(empty);
    lab.engine.watch();
    assertThat(prefetch(empty)).isEqualTo(Prefetching.NOT_NEEDED);
    prefetchNow(ReadLab.object("other", 1000)); // looks over all marks
    assertThat(prefetch(empty)).isEqualTo(Prefetching.NOT_NEEDED);
    lab.simulation.runFor(VALID);
    lab.engine.watch();
    assertThat(prefetchNow(empty)).isEqualTo(Prefetching.BEGUN);
  }

  @Test
  void prefetch_openOrUnderWayOrNothingToAsk_isNotNeeded() {
    ObjectVersion open = ReadLab.object("open", 1000);
    ReadLab.Handle handle = lab.open(open);
    assertThat(prefetch(open)).isEqualTo(Prefetching.NOT_NEEDED);
    handle.reader.close();
    ObjectVersion underWay = ReadLab.object("k", 1000);
    prefetch(underWay);
    assertThat(prefetch(underWay)).isEqualTo(Prefetching.NOT_NEEDED);
    assertThat(prefetch(new ObjectVersion("empty", "", 0))).isEqualTo(Prefetching.NOT_NEEDED);
    lab.simulation.run();
    assertThat(requests()).containsExactly("k 0+1000");
    assertThat(ends).containsExactly(true);
  }

  @Test
  void prefetch_largeObject_isRefused() {
    ObjectVersion large = ReadLab.object("k", ReadEngine.OPEN_WHOLE + 1);
    assertThatThrownBy(() -> prefetch(large)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void prefetch_smallBudget_takesAnEighthOfIt() {
    budget(16L * MIB);
    int begun = 0;
    while (prefetchNow(ReadLab.object("k" + begun, 256 * KIB)) == Prefetching.BEGUN) {
      begun++;
    }
    assertThat(begun).isEqualTo(8);
    assertThat(lab.budget.counts().reserved()).isEqualTo(16);
    openAndReadAll(ReadLab.object("k0", 256 * KIB));
    assertThat(prefetchNow(ReadLab.object("next", 256 * KIB))).isEqualTo(Prefetching.BEGUN);
  }

  @Test
  void prefetch_memoryOfWindows_isNotTaken() {
    budget(2L * MIB);
    ReadLab.Handle reader = lab.open(ReadLab.object("big", 64L * MIB));
    for (int i = 0; i < 16; i++) {
      reader.read((long) i * 4 * MIB, 128 * KIB, done -> {});
    }
    assertThat(prefetch(ReadLab.object("k", 1000))).isEqualTo(Prefetching.NO_MEMORY);
    lab.simulation.run();
    reader.reader.close();
  }

  @Test
  void read_memoryFullOfGuesses_takesTheirs() {
    budget(2L * MIB);
    for (int i = 0; i < 2; i++) {
      assertThat(prefetchNow(ReadLab.object("k" + i, 1000))).isEqualTo(Prefetching.BEGUN);
    }
    ReadLab.Handle reader = lab.open(ReadLab.object("big", 64L * MIB));
    reader.readNow(0, MIB);
    reader.readNow(32L * MIB, MIB);
    List<ReadLab.Outcome> reads = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      reads.add(reader.read((10L + i) * MIB, MIB, done -> {}));
    }
    lab.simulation.run();
    assertThat(reads).allMatch(read -> read.answered && read.failure == null);
    reader.reader.close();
  }

  @Test
  void watch_nobodyOpensIt_isLetGoOf() {
    prefetchNow(ReadLab.object("k", 300_000));
    lab.engine.watch();
    assertThat(lab.budget.counts().reserved()).isEqualTo(3);
    lab.simulation.runFor(VALID);
    lab.engine.watch();
    assertThat(lab.budget.counts().reserved()).isZero();
    assertThat(lab.engine.counts().wastedBytes()).isEqualTo(300_000);
  }

  @Test
  void watch_openedAndNotRead_isLetGoOfAfter30Seconds() {
    ReadLab.Handle handle = lab.open(ReadLab.object("k", 300_000));
    assertThat(handle.reader.start()).isNotDone();
    lab.simulation.run();
    handle.reader.close();
    lab.engine.watch();
    assertThat(lab.budget.counts().reserved()).isEqualTo(3);
    lab.simulation.runFor(Duration.ofSeconds(30));
    lab.engine.watch();
    assertThat(lab.budget.counts().reserved()).isZero();
  }

  @Test
  void close_prefetchUnderWay_isToldOfItsEnd() {
    prefetch(ReadLab.object("k", 300_000));
    lab.engine.close();
    lab.simulation.run();
    assertThat(ends).containsExactly(false);
    assertThat(prefetch(ReadLab.object("k", 300_000))).isEqualTo(Prefetching.NO_MEMORY);
  }
}
