package io.thins3.read;

import static io.thins3.read.ReadLab.KIB;
import static io.thins3.read.ReadLab.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.thins3.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests and waste of each pattern of reading, on a store in simulated time. */
class ReadEngineTest {
  private static final long GIB = 1L << 30;

  private final ReadLab lab = new ReadLab(192L * MIB);

  @AfterEach
  void everyPageIsBack() {
    lab.finish();
  }

  private ReadLab.Handle open(ObjectVersion version) {
    ReadLab.Handle handle = lab.open(version);
    CompletableFuture<?> started = handle.reader.start();
    lab.simulation.run();
    assertThat(started).isCompleted();
    lab.store.requests().clear();
    return handle;
  }

  private List<String> requests() {
    return lab.store.requests();
  }

  @Test
  void start_largeFile_fetchesOneBlock() {
    ReadLab.Handle handle = lab.open(ReadLab.object("k", GIB));
    CompletableFuture<?> started = handle.reader.start();
    assertThat(started).isNotDone();
    lab.simulation.runFor(Duration.ofMillis(1));
    assertThat(started).as("the answer's beginning is enough").isCompleted();
    lab.simulation.run();
    assertThat(requests()).containsExactly("k 0+131072");
    handle.reader.close();
  }

  @Test
  void start_smallFile_isTheOnlyRequest() {
    ReadLab.Handle handle = lab.open(ReadLab.object("k", 300_001));
    CompletableFuture<?> started = handle.reader.start();
    ReadLab.Progress program = handle.sequential(0, 300_001, 128 * KIB, 2);
    lab.simulation.run();
    assertThat(started).isCompleted();
    assertThat(program.isDone()).isTrue();
    assertThat(requests()).containsExactly("k 0+300001");
    handle.reader.close();
  }

  @Test
  void start_emptyFile_asksWhetherItStillIs() {
    ReadLab.Handle handle = lab.open(ReadLab.object("k", 0));
    CompletableFuture<?> started = handle.reader.start();
    assertThat(started).isNotDone();
    lab.simulation.run();
    assertThat(started).isCompleted();
    handle.readNow(0, 4096);
    assertThat(requests()).containsExactly("k HEAD");
    assertThat(lab.engine.counts().requests()).isEqualTo(1);
    handle.reader.close();
  }

  @Test
  void start_emptyFileThatWasReplaced_fails() {
    lab.store.setHead(Duration.ofMillis(1), StoreException.Kind.PRECONDITION_FAILED);
    ReadLab.Handle handle = lab.open(ReadLab.object("k", 0));
    CompletableFuture<?> started = handle.reader.start();
    lab.simulation.run();
    assertThat(started).isCompletedExceptionally();
    assertThat(lab.engine.counts().failed()).isEqualTo(1);
    handle.reader.close();
  }

  @Test
  void start_emptyFileAndTheEngineHasEnded_failsAndAsksNothing() {
    ReadLab.Handle handle = lab.open(ReadLab.object("k", 0));
    lab.engine.close();
    assertThat(handle.reader.start()).isCompletedExceptionally();
    assertThat(requests()).isEmpty();
    handle.reader.close();
  }

  @Test
  void start_blocksInMemory_asksOnlyWhetherTheVersionIsThere() {
    ReadLab.Handle first = open(ReadLab.object("k", 1000));
    first.reader.close();
    ReadLab.Handle second = lab.open(ReadLab.object("k", 1000));
    CompletableFuture<?> started = second.reader.start();
    assertThat(started).isNotDone();
    lab.simulation.run();
    assertThat(started).isCompleted();
    second.readNow(0, 1000);
    assertThat(requests()).containsExactly("k 0+1");
    second.reader.close();
  }

  @Test
  void start_severalAtOnce_shareTheRequest() {
    ReadLab.Handle first = lab.open(ReadLab.object("k", 1000));
    ReadLab.Handle second = lab.open(ReadLab.object("k", 1000));
    List<CompletableFuture<?>> started = List.of(first.reader.start(), second.reader.start());
    lab.simulation.run();
    assertThat(started).allMatch(CompletableFuture::isDone);
    assertThat(requests()).containsExactly("k 0+1000");
    first.reader.close();
    second.reader.close();
  }

  @Test
  void sequential_oneGibBy128Kib_fetchesEachByteOnceIn137Requests() {
    ReadLab.Handle handle = open(ReadLab.object("k", GIB));
    ReadLab.Progress program = handle.sequential(0, GIB, 128 * KIB, 2);
    lab.simulation.run();
    assertThat(program.isDone()).isTrue();
    assertThat(requests()).hasSize(136).startsWith("k 131072+1048576");
    assertThat(lab.engine.counts().fetchedBytes()).isEqualTo(GIB);
    handle.reader.close();
    assertThat(lab.waste()).isZero();
    assertThat(lab.budget.counts().highWater())
        .as("a window of 32 MiB, 16 MiB that were passed, and little more")
        .isLessThanOrEqualTo(50 * 8);
  }

  @Test
  void sequential_serverFarAway_keepsTheConnectionsBusy() {
    lab.store.setLatency(Duration.ofMillis(30));
    ReadLab.Handle handle = open(ReadLab.object("k", GIB));
    ReadLab.Progress program = handle.sequential(0, GIB, MIB, 2);
    long begin = lab.simulation.now();
    lab.simulation.run();
    assertThat(program.isDone()).isTrue();
    double mibPerSecond = 1024 / ((lab.simulation.now() - begin) / 1e9);
    assertThat(mibPerSecond)
        .as("what a latency of 30 ms costs 96 MiB in flight is little")
        .isGreaterThan(900);
    assertThat(lab.store.mostRunning()).isBetween(6, 8);
    handle.reader.close();
    assertThat(lab.waste()).isZero();
  }

  @Test
  void sequential_slowReader_keepsTheFirstWindow() {
    ReadLab.Handle handle = open(ReadLab.object("k", 64 * MIB));
    long before = lab.engine.counts().windowsGrown();
    for (int i = 0; i < 512; i++) {
      handle.readNow(i * 128L * KIB, 128 * KIB);
      lab.simulation.runFor(Duration.ofMillis(20));
    }
    assertThat(lab.engine.counts().windowsGrown() - before)
        .as("it waits at its beginning only")
        .isLessThanOrEqualTo(1);
    assertThat(lab.budget.counts().highWater()).isLessThan(512);
    handle.reader.close();
    assertThat(lab.waste()).isZero();
  }

  @Test
  void sequential_stoppedEarly_hasFetchedAtMostTwiceWhatWasRead() {
    ReadLab.Handle handle = open(ReadLab.object("k", GIB));
    handle.sequential(0, 10 * MIB, 128 * KIB, 2);
    lab.simulation.run();
    handle.reader.close();
    lab.simulation.run();
    assertThat(lab.engine.counts().fetchedBytes()).isLessThanOrEqualTo(21L * MIB);
  }

  @Test
  void read_bytesOfItsOwnArrived_isAnsweredBeforeTheRequestEnds() {
    lab.store.setBytesPerSecond(MIB);
    ReadLab.Handle handle = open(ReadLab.object("k", 8 * MIB));
    ReadLab.Outcome outcome = handle.read(128 * KIB, 64 * KIB, done -> {});
    lab.simulation.runFor(Duration.ofMillis(70));
    assertThat(outcome.answered).as("64 KiB of 1 MiB are here").isTrue();
    assertThat(lab.store.running()).isEqualTo(1);
    handle.reader.close();
  }

  @Test
  void random4Kib_eachIsOneRequestOfOneBlock() {
    ReadLab.Handle handle = open(ReadLab.object("k", GIB));
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      handle.readNow(4096L * (32 + random.nextInt(262144 - 32)), 4096);
    }
    assertThat(requests()).hasSizeBetween(900, 1000).allMatch(get -> get.endsWith("+131072"));
    handle.reader.close();
  }

  @Test
  void random1MibInPieces_becomesOneRequestEach() {
    ReadLab.Handle handle = open(ReadLab.object("k", GIB));
    Random random = new Random(1);
    for (int i = 0; i < 100; i++) {
      long at = MIB * (2L + 5L * random.nextInt(200));
      handle.sequential(at, at + MIB, 128 * KIB, 2);
      lab.simulation.run();
    }
    assertThat(requests()).hasSizeLessThan(120);
    handle.reader.close();
    assertThat(lab.waste()).isLessThan(0.05);
  }

  @Test
  void sequentialAgain_afterRandom_streams() {
    ReadLab.Handle handle = open(ReadLab.object("k", GIB));
    for (int i = 1; i < 50; i++) {
      handle.readNow(20L * MIB * ((i * 17) % 50), 4096);
    }
    requests().clear();
    handle.sequential(100L * MIB, 612L * MIB, 128 * KIB, 2);
    lab.simulation.run();
    assertThat(requests()).hasSizeLessThan(90);
    handle.reader.close();
  }

  @Test
  void stride_fetchesWhatIsAskedFor() {
    ReadLab.Handle handle = open(ReadLab.object("k", GIB));
    for (int i = 0; i < 1000; i++) {
      handle.readNow((long) MIB * i, 128 * KIB);
    }
    assertThat(requests()).hasSize(999);
    handle.reader.close();
    assertThat(lab.waste()).as("the first window, before the stride was seen").isLessThan(0.01);
  }

  @Test
  void backward_fetchesEachByteOnce() {
    ReadLab.Handle handle = open(ReadLab.object("k", GIB));
    for (int i = 800; i > 0; i--) {
      handle.readNow(300L * MIB + 128L * KIB * i, 128 * KIB);
    }
    assertThat(requests()).hasSize(800).doesNotHaveDuplicates();
    handle.reader.close();
    assertThat(lab.waste()).isLessThan(0.002);
  }

  @Test
  void backward4Kib_fetchesEachBlockOnce() {
    ReadLab.Handle handle = open(ReadLab.object("k", GIB));
    for (int i = 3200; i > 0; i--) {
      handle.readNow(300L * MIB + 4096L * (i - 1), 4096);
    }
    assertThat(requests()).hasSize(100).doesNotHaveDuplicates();
    handle.reader.close();
  }

  @Test
  void twoReaders_ofTwoFiles_doNotDisturbEachOther() {
    List<ReadLab.Progress> programs = new ArrayList<>();
    List<ReadLab.Handle> handles = new ArrayList<>();
    for (String key : List.of("a", "b")) {
      ReadLab.Handle handle = lab.open(ReadLab.object(key, GIB / 4));
      handles.add(handle);
      programs.add(handle.sequential(0, GIB / 4, 128 * KIB, 2));
    }
    lab.simulation.run();
    assertThat(programs).allMatch(ReadLab.Progress::isDone);
    assertThat(requests()).hasSizeLessThan(90);
    handles.forEach(handle -> handle.reader.close());
    assertThat(lab.waste()).isZero();
  }

  @Test
  void twoRuns_ofOneHandle_bothStream() {
    ReadLab.Handle handle = open(ReadLab.object("k", GIB));
    handle.sequential(0, 100 * MIB, 128 * KIB, 2);
    handle.sequential(500L * MIB, 600L * MIB, 128 * KIB, 2);
    lab.simulation.run();
    assertThat(requests()).hasSizeLessThan(80);
    handle.reader.close();
    assertThat(lab.engine.counts().fetchedBytes()).isLessThan(320L * MIB);
  }

  @Test
  void twentyReaders_closeToEachOther_costOnePass() {
    assertThat(passes(Duration.ofMillis(1))).isCloseTo(1, within(0.001));
  }

  @Test
  void twentyReaders_fartherApartThanTheMemory_stillShare() {
    assertThat(passes(Duration.ofMillis(15))).isLessThan(8);
  }

  /** How often the store sends a file that twenty read, who begin one after the other. */
  private double passes(Duration apart) {
    List<ReadLab.Handle> handles = new ArrayList<>();
    List<ReadLab.Progress> programs = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ReadLab.Handle handle = lab.open(ReadLab.object("k", GIB / 2));
      handles.add(handle);
      programs.add(handle.sequential(0, GIB / 2, 128 * KIB, 2));
      lab.simulation.runFor(apart);
    }
    lab.simulation.run();
    assertThat(programs).allMatch(ReadLab.Progress::isDone);
    handles.forEach(handle -> handle.reader.close());
    return (double) lab.engine.counts().fetchedBytes() / (GIB / 2);
  }

  @Test
  void fourReaders_ofAQuarterEach_costOnePass() {
    List<ReadLab.Handle> handles = new ArrayList<>();
    List<ReadLab.Progress> programs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ReadLab.Handle handle = lab.open(ReadLab.object("k", GIB / 2));
      handles.add(handle);
      programs.add(handle.sequential(i * GIB / 8, (i + 1) * GIB / 8, 128 * KIB, 2));
    }
    lab.simulation.run();
    assertThat(programs).allMatch(ReadLab.Progress::isDone);
    assertThat(programs).allMatch(program -> program.failures.isEmpty());
    assertThat((double) lab.engine.counts().fetchedBytes() / (GIB / 2))
        .as("passes: nobody reads ahead into the quarter of the next one")
        .isCloseTo(1, within(0.01));
    handles.forEach(handle -> handle.reader.close());
  }

  @Test
  void reader_goesOnWhereAnotherHasBegun_streamsOn() {
    assertThat(waitsBeyondTheOrigin(Duration.ZERO))
        .as("READs that wait for the first request there, of 8 MiB")
        .isLessThanOrEqualTo(64);
    assertThat(requests()).as("the window at once").hasSizeBetween(4, 8);
  }

  @Test
  void reader_goesOnWhereAnotherHasBegunThatStandsStill_doesNotWait() {
    assertThat(waitsBeyondTheOrigin(Duration.ofSeconds(2))).isLessThanOrEqualTo(2);
  }

  /**
   * Waits in the first 16 MiB of the second half of an object, for one who has read the first half.
   * Another has read there, and then nothing for a while.
   */
  private long waitsBeyondTheOrigin(Duration stood) {
    ReadLab.Handle other = open(ReadLab.object("k", GIB));
    other.sequential(GIB / 2, GIB / 2 + 64L * MIB, 128 * KIB, 2);
    lab.simulation.run();
    lab.simulation.runFor(stood);
    ReadLab.Handle handle = lab.open(ReadLab.object("k", GIB));
    handle.sequential(0, GIB / 2, 128 * KIB, 2);
    lab.simulation.run();
    requests().clear();
    long waits = lab.engine.counts().waits();
    ReadLab.Progress program = handle.sequential(GIB / 2, GIB / 2 + 16L * MIB, 128 * KIB, 2);
    lab.simulation.run();
    assertThat(program.isDone()).isTrue();
    handle.reader.close();
    other.reader.close();
    return lab.engine.counts().waits() - waits;
  }

  @Test
  void sequential_fiftySmallReaders_fetchEachByteOnce() {
    ReadLab small = new ReadLab(64L * MIB);
    List<ReadLab.Handle> handles = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      ReadLab.Handle handle = small.open(ReadLab.object("k" + i, MIB));
      handle.readNow(0, 1);
      handles.add(handle);
    }
    for (int offset = 0; offset < MIB; offset += 4 * KIB) {
      for (ReadLab.Handle handle : handles) {
        handle.readNow(offset, 4 * KIB);
      }
    }
    assertThat(small.store.requests()).hasSizeLessThanOrEqualTo(2 * 50);
    assertThat(small.engine.counts().fetchedBytes()).isEqualTo(50L * MIB);
    handles.forEach(handle -> handle.reader.close());
    small.finish();
  }

  @Test
  void random_threePassesOverWhatFitsIn_fetchEachBlockOnce() {
    ReadLab.Handle handle = open(ReadLab.object("k", 100 * MIB));
    Random random = new Random(42);
    for (int i = 0; i < 2400; i++) {
      handle.readNow(random.nextInt(100 * 8) * 128L * KIB, 4 * KIB);
    }
    assertThat(lab.engine.counts().fetchedBytes()).isLessThanOrEqualTo(100L * MIB);
    assertThat(requests()).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(800);
    handle.reader.close();
  }

  @Test
  void open_manyAndReadNothing_leavesTheMemoryToReaders() {
    for (int i = 0; i < 500; i++) {
      ReadLab.Handle unread = lab.open(ReadLab.object("unread" + i, 500 * KIB));
      assertThat(unread.reader.start()).isNotDone();
      lab.simulation.run();
      unread.reader.close();
    }
    ReadLab.Handle handle = open(ReadLab.object("k", 200 * MIB));
    handle.sequential(0, 200 * MIB, 128 * KIB, 2);
    lab.simulation.run();
    assertThat(lab.engine.counts().windowsShrunk()).isZero();
    handle.reader.close();
  }

  @Test
  void sequential_stepsBackAMebibyte_sendsNothing() {
    ReadLab.Handle handle = open(ReadLab.object("k", 100 * MIB));
    handle.sequential(0, 64 * MIB, 128 * KIB, 2);
    lab.simulation.run();
    int before = requests().size();
    handle.readNow(63 * MIB, 128 * KIB);
    assertThat(requests()).hasSize(before);
    handle.reader.close();
  }

  @Test
  void watch_idleForThirtySeconds_keepsNothing() {
    ReadLab.Handle handle = open(ReadLab.object("k", 20 * MIB));
    handle.sequential(0, 20 * MIB, 128 * KIB, 2);
    lab.simulation.run();
    lab.simulation.runFor(Duration.ofSeconds(29));
    lab.engine.watch();
    assertThat(lab.budget.counts().reserved())
        .as("16 MiB that were passed, and what is behind the reader")
        .isBetween(16 * 8, 20 * 8);
    lab.simulation.runFor(Duration.ofSeconds(1));
    lab.engine.watch();
    assertThat(lab.budget.counts().reserved()).isZero();
    handle.reader.close();
  }

  @Test
  void close_readAheadUnderWay_endsTheRequests() {
    lab.store.setBytesPerSecond(MIB);
    ReadLab.Handle handle = lab.open(ReadLab.object("k", GIB));
    handle.readNow(0, 128 * KIB);
    assertThat(lab.store.running()).isEqualTo(1);
    handle.reader.close();
    lab.simulation.runFor(Duration.ofMillis(1));
    assertThat(lab.store.running()).isZero();
    assertThat(lab.engine.counts().cancelled()).isEqualTo(1);
  }

  @Test
  void close_anotherReadsThere_leavesTheRequests() {
    lab.store.setBytesPerSecond(MIB);
    ReadLab.Handle one = lab.open(ReadLab.object("k", GIB));
    ReadLab.Handle other = lab.open(ReadLab.object("k", GIB));
    one.readNow(0, 128 * KIB);
    other.readNow(0, 128 * KIB);
    one.reader.close();
    assertThat(lab.engine.counts().cancelled()).isZero();
    other.readNow(128 * KIB, 128 * KIB);
    assertThat(requests()).hasSize(1);
    other.reader.close();
  }

  @Test
  void sequential_requestsQueueInTheSource_isNoReasonForALargerWindow() {
    lab.store.setQueueing(Duration.ofMillis(30));
    ReadLab.Handle handle = open(ReadLab.object("k", GIB));
    handle.sequential(0, GIB / 2, MIB, 2);
    lab.simulation.run();
    assertThat(lab.engine.windows().largest()).isEqualTo(ReadWindow.FOR_LATENCY_ONLY);
    handle.reader.close();
  }

  @Test
  void read_tooLong_isRefused() {
    ReadLab.Handle handle = lab.open(ReadLab.object("k", GIB));
    assertThatThrownBy(() -> handle.read(0, MIB + 1, done -> {}))
        .hasMessage("a READ of 1048577 bytes from 0");
    handle.reader.close();
  }
}
