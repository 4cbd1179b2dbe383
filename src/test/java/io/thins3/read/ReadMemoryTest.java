package io.thins3.read;

import static io.thins3.read.ReadLab.KIB;
import static io.thins3.read.ReadLab.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.store.StoreException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Readers who have less memory than they want, and readers who are killed. */
class ReadMemoryTest {
  private static final long GIB = 1L << 30;

  private ReadLab lab = new ReadLab(192L * MIB);

  @AfterEach
  void everyPageIsBack() {
    lab.finish();
  }

  private void budget(long bytes) {
    lab.finish();
    lab = new ReadLab(bytes);
  }

  private List<String> requests() {
    return lab.store.requests();
  }

  @Test
  void sixtyFourReaders_sixteenMib_allGetTheirBytes() {
    budget(16L * MIB);
    List<ReadLab.Handle> handles = new ArrayList<>();
    List<ReadLab.Progress> programs = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      ReadLab.Handle handle = lab.open(ReadLab.object("k" + i, 10 * MIB));
      handles.add(handle);
      programs.add(handle.sequential(0, 10 * MIB, MIB, 2));
    }
    lab.simulation.run();
    assertThat(programs).allMatch(ReadLab.Progress::isDone);
    assertThat(programs).allMatch(program -> program.failures.isEmpty());
    assertThat(lab.budget.counts().highWater()).isEqualTo(lab.budget.limit());
    assertThat(lab.engine.counts().memoryWaits()).isPositive();
    handles.forEach(handle -> handle.reader.close());
    assertThat(lab.waste()).isLessThan(0.05);
  }

  @Test
  void giveUp_bytesNotHereYet_failsAtOnceAndTheOtherReaderIsServed() {
    lab.store.setBytesPerSecond(MIB);
    ReadLab.Handle killed = lab.open(ReadLab.object("k", GIB));
    ReadLab.Handle other = lab.open(ReadLab.object("k", GIB));
    List<StoreException> failures = new ArrayList<>();
    Runnable giveUp = killed.reader.read(0, 128 * KIB, failing(failures));
    ReadLab.Outcome served = other.read(0, 128 * KIB, done -> {});
    giveUp.run();
    giveUp.run();
    assertThat(failures)
        .singleElement()
        .satisfies(
            failure -> assertThat(failure.kind()).isEqualTo(StoreException.Kind.INTERRUPTED));
    killed.reader.close();
    lab.simulation.run();
    assertThat(served.failure).isNull();
    assertThat(requests()).hasSize(1);
    other.reader.close();
  }

  @Test
  void giveUp_waitsForMemory_failsAndTheQueueGoesOn() {
    budget(2L * MIB);
    lab.store.setBytesPerSecond(MIB);
    ReadLab.Handle first = lab.open(ReadLab.object("first", GIB));
    ReadLab.Handle killed = lab.open(ReadLab.object("killed", GIB));
    ReadLab.Handle last = lab.open(ReadLab.object("last", GIB));
    first.read(0, MIB, done -> {});
    first.read(MIB, MIB, done -> {});
    List<StoreException> failures = new ArrayList<>();
    Runnable giveUp = killed.reader.read(0, MIB, failing(failures));
    ReadLab.Outcome served = last.read(0, MIB, done -> {});
    assertThat(lab.engine.counts().memoryWaits()).isPositive();
    giveUp.run();
    assertThat(failures).hasSize(1);
    lab.simulation.run();
    assertThat(served.failure).isNull();
    assertThat(requests()).noneMatch(request -> request.startsWith("killed"));
    List.of(first, killed, last).forEach(handle -> handle.reader.close());
  }

  @Test
  void close_readQueuesForMemory_itsRequestIsEndedWithTheEngine() {
    budget(2L * MIB);
    lab.store.setLatency(Duration.ofSeconds(1));
    ReadLab.Handle first = lab.open(ReadLab.object("first", GIB));
    ReadLab.Handle closed = lab.open(ReadLab.object("closed", GIB));
    first.read(500L * MIB, MIB, done -> {});
    first.read(600L * MIB, MIB, done -> {});
    ReadLab.Outcome outcome = closed.read(500L * MIB, MIB, done -> {});
    closed.reader.close();
    while (requests().stream().noneMatch(request -> request.startsWith("closed"))) {
      assertThat(lab.simulation.step()).isTrue();
    }
    lab.engine.close();
    lab.simulation.runFor(Duration.ofMillis(1));
    assertThat(outcome.failure).isNotNull();
    assertThat(lab.store.running()).isZero();
    first.reader.close();
  }

  @Test
  void giveUp_firstInTheQueueForMemory_theNextIsSentAtOnce() {
    budget(2L * MIB);
    lab.store.setLatency(Duration.ofSeconds(1));
    List<ReadLab.Handle> handles = new ArrayList<>();
    for (String key : List.of("a", "b", "c", "d")) {
      handles.add(lab.open(ReadLab.object(key, GIB)));
    }
    handles.get(0).read(500L * MIB, 768 * KIB, done -> {});
    handles.get(1).read(500L * MIB, 768 * KIB, done -> {});
    List<StoreException> failures = new ArrayList<>();
    Runnable giveUp = handles.get(2).reader.read(500L * MIB, MIB, failing(failures));
    handles.get(3).read(500L * MIB, 4096, done -> {});
    assertThat(requests()).hasSize(2);
    giveUp.run();
    lab.simulation.runFor(Duration.ofMillis(1));
    assertThat(requests()).as("4 pages are free").contains("d 524288000+131072");
    handles.forEach(handle -> handle.reader.close());
  }

  @Test
  void giveUp_blocksWerePinned_areThereForWhoWaits() {
    budget(2L * MIB);
    lab.store.setBytesPerSecond(MIB);
    ReadLab.Handle killed = lab.open(ReadLab.object("killed", GIB));
    ReadLab.Handle other = lab.open(ReadLab.object("other", GIB));
    ReadLab.Handle waiting = lab.open(ReadLab.object("waiting", GIB));
    Runnable giveUp = killed.reader.read(500L * MIB, MIB, failing(new ArrayList<>()));
    lab.simulation.runFor(Duration.ofMillis(940)); // 7 of its 8 blocks are here
    other.read(500L * MIB, MIB, done -> {});
    waiting.read(500L * MIB, MIB - 128 * KIB, done -> {});
    lab.simulation.runFor(Duration.ofMillis(1));
    assertThat(requests()).hasSize(2);
    giveUp.run();
    lab.simulation.runFor(Duration.ofMillis(1));
    assertThat(requests()).hasSize(3);
    List.of(killed, other, waiting).forEach(handle -> handle.reader.close());
  }

  @Test
  void read_littleMemoryForItsWindow_takesWhatIsFreeAndHalvesTheWindowOnce() {
    budget(2L * MIB);
    lab.store.setLatency(Duration.ofSeconds(1));
    List<ReadLab.Handle> handles = new ArrayList<>();
    for (String key : List.of("a", "b", "c")) {
      handles.add(lab.open(ReadLab.object(key, GIB)));
    }
    handles.get(0).read(500L * MIB, MIB, done -> {});
    handles.get(1).read(500L * MIB, 768 * KIB, done -> {});
    handles.get(2).read(0, 4096, done -> {});
    assertThat(requests()).hasSize(3).contains("c 0+262144");
    assertThat(lab.engine.counts().windowsShrunk()).isEqualTo(1);
    assertThat(lab.engine.counts().memoryWaits()).isZero();
    handles.forEach(handle -> handle.reader.close());
  }

  @Test
  void evict_leastRecentlyUsedFirst_readAgainIsTheYoungest() {
    budget(2L * MIB); // 16 blocks
    ReadLab.Handle[] handles = new ReadLab.Handle[20];
    for (int i = 0; i < 16; i++) {
      handles[i] = lab.open(ReadLab.object("k" + i, 128 * KIB));
      handles[i].readNow(0, 4096);
    }
    lab.simulation.run();
    handles[0].readNow(0, 4096);
    handles[2].readNow(4096, 4096);
    assertThat(requests()).as("all are here").hasSize(16);
    for (int i = 16; i < 20; i++) {
      handles[i] = lab.open(ReadLab.object("k" + i, 128 * KIB));
      handles[i].readNow(0, 4096);
      lab.simulation.run();
    }
    requests().clear();
    for (int kept : new int[] {0, 2, 6, 7, 15, 16, 19}) {
      handles[kept].readNow(0, 4096);
    }
    assertThat(requests()).as("kept").isEmpty();
    for (int evicted : new int[] {1, 3, 4, 5}) {
      handles[evicted].readNow(0, 4096);
      lab.simulation.run();
    }
    assertThat(requests())
        .as("evicted")
        .containsExactly("k1 0+131072", "k3 0+131072", "k4 0+131072", "k5 0+131072");
    List.of(handles).forEach(handle -> handle.reader.close());
  }

  private static ReadCompletion failing(List<StoreException> failures) {
    return new ReadCompletion() {
      @Override
      public void data(List<ByteBuffer> buffers) {
        throw new AssertionError("answered although it was given up");
      }

      @Override
      public void failed(StoreException failure) {
        failures.add(failure);
      }
    };
  }
}
