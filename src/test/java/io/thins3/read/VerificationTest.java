package io.thins3.read;

import static io.thins3.read.ReadLab.KIB;
import static io.thins3.read.ReadLab.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.thins3.read.SimulatedStore.Fault;
import io.thins3.store.ChecksumAlgorithm;
import io.thins3.store.StoreException;
import io.thins3.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Content is compared with the store's checksums, on a store in simulated time. */
class VerificationTest {
  private static final int SIZE = 20 * MIB + 4711;
  private static final int SMALL = 300_001;
  private static final ObjectVersion LARGE_OBJECT = ReadLab.object("k", SIZE);
  private static final ObjectVersion SMALL_OBJECT = ReadLab.object("k", SMALL);

  private ReadLab lab = new ReadLab(64L * MIB);

  @AfterEach
  void everyPageIsBack() {
    lab.finish();
  }

  private ReadLab.Handle open(ObjectVersion version) {
    ReadLab.Handle handle = lab.open(version);
    CompletableFuture<?> started = handle.reader.start();
    lab.simulation.run();
    assertThat(started).isCompleted();
    return handle;
  }

  private ReadLab.Progress readAll(ReadLab.Handle handle) {
    ReadLab.Progress program = handle.sequential(0, handle.version.size(), 128 * KIB, 2);
    lab.simulation.run();
    assertThat(program.isDone()).as("%s", program).isTrue();
    return program;
  }

  private ChecksumCounts counts() {
    return lab.engine.counts().checksums();
  }

  private long heads() {
    return lab.store.requests().stream().filter("k HEAD"::equals).count();
  }

  private static @Nullable Kind kind(ReadLab.Outcome outcome) {
    StoreException failure = outcome.failure;
    return failure == null ? null : failure.kind();
  }

  @ParameterizedTest
  @EnumSource(ChecksumAlgorithm.class)
  void small_right_isVerifiedByTheOneGet(ChecksumAlgorithm algorithm) {
    lab.store.setChecksums(algorithm);
    ReadLab.Handle handle = lab.open(SMALL_OBJECT);
    CompletableFuture<?> started = handle.reader.start();
    ReadLab.Progress program = handle.sequential(0, SMALL, 128 * KIB, 2);
    lab.simulation.run();
    assertThat(started).isCompleted();
    assertThat(program.isDone()).isTrue();
    assertThat(program.failures).isEmpty();
    assertThat(lab.store.requests()).containsExactly("k 0+300001");
    assertThat(counts()).isEqualTo(new ChecksumCounts(0, 1, 0, 0, 0, 0, 0));
    handle.reader.close();
  }

  @ParameterizedTest
  @EnumSource(ChecksumAlgorithm.class)
  void large_right_isVerifiedWithOneHead(ChecksumAlgorithm algorithm) {
    lab.store.setChecksums(algorithm);
    ReadLab.Handle handle = open(LARGE_OBJECT);
    assertThat(readAll(handle).failures).isEmpty();
    assertThat(heads()).isEqualTo(1);
    assertThat(counts()).isEqualTo(new ChecksumCounts(1, 1, 0, 0, 0, 0, 0));
    assertThat(readAll(handle).failures).as("again").isEmpty();
    assertThat(heads()).isEqualTo(1);
    handle.reader.close();
  }

  @ParameterizedTest
  @EnumSource(ChecksumAlgorithm.class)
  void small_damaged_failsAndIsFetchedAgainByTheNextOpen(ChecksumAlgorithm algorithm) {
    lab.checksContent = false;
    lab.store.setChecksums(algorithm);
    lab.store.damage(7, 1);
    ReadLab.Handle handle = open(SMALL_OBJECT);
    BooleanSupplier corruption = handle.reader.corruption();
    ReadLab.Progress program = readAll(handle);
    assertThat(program.failures).hasSize(3).allMatch(failure -> failure.kind() == Kind.CORRUPT);
    assertThat(corruption.getAsBoolean()).isTrue();

    lab.checksContent = true;
    ReadLab.Handle next = open(SMALL_OBJECT);
    assertThat(readAll(next).failures).isEmpty();
    assertThat(next.reader.corruption().getAsBoolean()).isFalse();
    assertThat(counts()).isEqualTo(new ChecksumCounts(0, 1, 1, 0, 0, 0, 0));
    assertThat(kind(handle.read(0, 10, done -> {}))).as("the old handle").isEqualTo(Kind.CORRUPT);
    handle.reader.close();
    next.reader.close();
  }

  @ParameterizedTest
  @EnumSource(ChecksumAlgorithm.class)
  void large_damaged_theLastReadFailsAndAllLaterOnes(ChecksumAlgorithm algorithm) {
    lab.checksContent = false;
    lab.store.setChecksums(algorithm);
    lab.store.damage(MIB + 5, 1);
    ReadLab.Handle handle = open(LARGE_OBJECT);
    ReadLab.Handle other = lab.open(LARGE_OBJECT);
    ReadLab.Progress program = readAll(handle);
    assertThat(program.failures)
        .isNotEmpty()
        .allMatch(failure -> failure.kind() == Kind.CORRUPT)
        .allSatisfy(failure -> assertThat(failure).hasMessageContaining(algorithm.name() + " "));
    assertThat(kind(handle.read(SIZE - 10, 10, done -> {}))).isEqualTo(Kind.CORRUPT);
    assertThat(kind(other.read(0, 10, done -> {}))).isEqualTo(Kind.CORRUPT);
    assertThat(other.reader.start()).isCompletedExceptionally();

    lab.checksContent = true;
    ReadLab.Handle next = open(LARGE_OBJECT);
    assertThat(readAll(next).failures).isEmpty();
    assertThat(counts()).isEqualTo(new ChecksumCounts(2, 1, 1, 0, 0, 0, 0));
    handle.reader.close();
    other.reader.close();
    next.reader.close();
  }

  @Test
  void damaged_isLoggedOnce() {
    lab.checksContent = false;
    lab.store.setChecksums(ChecksumAlgorithm.CRC32C);
    lab.store.damage(5, 1);
    Logger logger = (Logger) LoggerFactory.getLogger(Verifier.class);
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    appender.start();
    logger.addAppender(appender);
    try (ObjectReader reader = open(SMALL_OBJECT).reader) {
      assertThat(kind(lab.handle(SMALL_OBJECT, reader).read(0, 10, done -> {})))
          .isEqualTo(Kind.CORRUPT);
      assertThat(kind(lab.handle(SMALL_OBJECT, reader).read(20, 10, done -> {})))
          .isEqualTo(Kind.CORRUPT);
    } finally {
      logger.detachAppender(appender);
    }
    assertThat(appender.list).hasSize(1);
    assertThat(appender.list.get(0).getFormattedMessage())
        .matches(
            "s3://simulated/k \\(ETag \"1\"\\) is damaged, in the store or on the way: the store's"
                + " checksum of it is CRC32C [A-Za-z0-9+/]{6}==, the content that came has"
                + " [A-Za-z0-9+/]{6}==; its readers get EIO");
  }

  @Test
  void head_laterThanTheContent_theLastReadWaitsForIt() {
    lab.store.setChecksums(ChecksumAlgorithm.CRC64NVME);
    lab.store.setHead(Duration.ofSeconds(5), null);
    ReadLab.Handle handle = open(LARGE_OBJECT);
    ReadLab.Progress program = handle.sequential(0, SIZE, 128 * KIB, 2);
    lab.simulation.runFor(Duration.ofSeconds(4));
    assertThat(program.isDone()).isFalse();
    assertThat(lab.engine.counts().servedBytes()).isGreaterThan(SIZE - 256 * KIB);
    lab.simulation.run();
    assertThat(program.isDone()).isTrue();
    assertThat(program.failures).isEmpty();
    assertThat(counts().verified()).isEqualTo(1);
    handle.reader.close();
  }

  @Test
  void head_laterThanDamagedContent_theLastReadFails() {
    lab.checksContent = false;
    lab.store.setChecksums(ChecksumAlgorithm.CRC64NVME);
    lab.store.setHead(Duration.ofSeconds(5), null);
    lab.store.damage(19 * MIB, 1);
    ReadLab.Handle handle = open(LARGE_OBJECT);
    ReadLab.Progress program = readAll(handle);
    assertThat(program.failures).isNotEmpty().allMatch(e -> e.kind() == Kind.CORRUPT);
    handle.reader.close();
  }

  @Test
  void head_fails_readsGoOn() {
    lab.store.setChecksums(ChecksumAlgorithm.CRC64NVME);
    lab.store.setHead(Duration.ofSeconds(5), Kind.SERVER_ERROR);
    ReadLab.Handle handle = open(LARGE_OBJECT);
    assertThat(readAll(handle).failures).isEmpty();
    assertThat(readAll(handle).failures).isEmpty();
    assertThat(counts()).isEqualTo(new ChecksumCounts(1, 0, 0, 0, 0, 1, 0));
    handle.reader.close();
  }

  @Test
  void head_neverAnswered_theWatchLetsTheReadGo() {
    lab.store.setChecksums(ChecksumAlgorithm.CRC64NVME);
    lab.store.setHead(Duration.ofDays(1), null);
    ReadLab.Handle handle = open(LARGE_OBJECT);
    ReadLab.Progress program = handle.sequential(0, SIZE, 128 * KIB, 2);
    lab.simulation.runFor(Duration.ofSeconds(170));
    lab.engine.watch();
    lab.simulation.runFor(Duration.ofSeconds(5));
    assertThat(program.isDone()).isFalse();
    lab.simulation.runFor(Duration.ofSeconds(10));
    lab.engine.watch();
    lab.simulation.runFor(Duration.ofSeconds(1));
    assertThat(program.isDone()).isTrue();
    assertThat(program.failures).isEmpty();
    assertThat(counts().unanswered()).isEqualTo(1);
    handle.reader.close();
  }

  @Test
  void held_givenUpByItsReader_isInterrupted() {
    lab.store.setChecksums(ChecksumAlgorithm.CRC64NVME);
    lab.store.setHead(Duration.ofDays(1), null);
    ReadLab.Handle handle = open(LARGE_OBJECT);
    handle.sequential(0, SIZE - 100, 128 * KIB, 2);
    lab.simulation.runFor(Duration.ofSeconds(10));
    List<StoreException> failures = new ArrayList<>();
    Runnable giveUp =
        handle.reader.read(
            SIZE - 100,
            100,
            new ReadCompletion() {
              @Override
              public void data(List<ByteBuffer> buffers) {
                throw new AssertionError("answered");
              }

              @Override
              public void failed(StoreException failure) {
                failures.add(failure);
              }
            });
    assertThat(failures).isEmpty();
    giveUp.run();
    assertThat(failures).hasSize(1).allMatch(failure -> failure.kind() == Kind.INTERRUPTED);
    handle.reader.close();
  }

  @Test
  void held_engineCloses_fails() {
    lab.store.setChecksums(ChecksumAlgorithm.CRC64NVME);
    lab.store.setHead(Duration.ofDays(1), null);
    ReadLab.Handle handle = open(LARGE_OBJECT);
    ReadLab.Progress program = handle.sequential(0, SIZE, 128 * KIB, 2);
    lab.simulation.runFor(Duration.ofSeconds(10));
    lab.engine.close();
    lab.simulation.runFor(Duration.ofSeconds(1));
    assertThat(program.isDone()).isTrue();
    assertThat(program.failures)
        .isNotEmpty()
        .allMatch(failure -> failure.kind() == Kind.INTERRUPTED);
    handle.reader.close();
  }

  @Test
  void store_noChecksum_nothingHappens() {
    lab.store.setChecksums(null);
    ReadLab.Handle small = open(ReadLab.object("s", SMALL));
    assertThat(readAll(small).failures).isEmpty();
    ReadLab.Handle large = open(LARGE_OBJECT);
    assertThat(readAll(large).failures).isEmpty();
    assertThat(counts()).isEqualTo(new ChecksumCounts(1, 0, 0, 2, 0, 0, 0));
    small.reader.close();
    large.reader.close();
  }

  @Test
  void store_compositeChecksum_isIgnored() {
    lab.store.setChecksums(ChecksumAlgorithm.SHA256);
    lab.store.setComposite();
    ReadLab.Handle large = open(LARGE_OBJECT);
    assertThat(readAll(large).failures).isEmpty();
    assertThat(counts()).isEqualTo(new ChecksumCounts(1, 0, 0, 0, 1, 0, 0));
    large.reader.close();
  }

  @Test
  void random_sendsNoHead() {
    lab.store.setChecksums(ChecksumAlgorithm.CRC32C);
    ReadLab.Handle handle = open(LARGE_OBJECT);
    Random random = new Random(7);
    handle.readNow(0, 4 * KIB);
    for (int i = 0; i < 200; i++) {
      handle.readNow(4096L * (1000 + random.nextInt(4000)), 4 * KIB);
    }
    assertThat(heads()).isZero();
    handle.reader.close();
  }

  @ParameterizedTest
  @EnumSource(ChecksumAlgorithm.class)
  void blocks_hereBeforeTheChecksumIsAskedFor_countToo(ChecksumAlgorithm algorithm) {
    lab.store.setChecksums(algorithm);
    ReadLab.Handle handle = open(LARGE_OBJECT);
    for (int mib = 3; mib < 9; mib += 2) {
      handle.readNow((long) mib * MIB, MIB);
    }
    assertThat(readAll(handle).failures).isEmpty();
    assertThat(counts().verified()).isEqualTo(1);
    handle.reader.close();
  }

  @ParameterizedTest
  @EnumSource(ChecksumAlgorithm.class)
  void blocks_inAnyOrder_areVerifiedWithTheLast(ChecksumAlgorithm algorithm) {
    long seed = System.nanoTime();
    lab.store.setChecksums(algorithm);
    lab.checksContent = false;
    lab.store.damage(2 * MIB, 1);
    ReadLab.Handle handle = open(ReadLab.object("k", 4 * MIB)); // what is kept of 64 MiB is more
    handle.readNow(0, 256 * KIB);
    List<Integer> order = new ArrayList<>();
    for (int block = 2; block < 32; block++) {
      order.add(block);
    }
    Collections.shuffle(order, new Random(seed));
    List<@Nullable Kind> kinds = new ArrayList<>();
    for (int block : order) {
      ReadLab.Outcome outcome = handle.read(128L * KIB * block, 128 * KIB, done -> {});
      lab.simulation.run();
      assertThat(outcome.answered).isTrue();
      kinds.add(kind(outcome));
    }
    assertThat(kinds).as("order %s, seed %s", order, seed).endsWith(Kind.CORRUPT);
    assertThat(counts().mismatches()).isEqualTo(1);
    handle.reader.close();
  }

  @Test
  void digest_blockEvictedBeforeItsTurn_waitsForItsComingAgain() {
    lab.finish();
    lab = new ReadLab(3L * MIB);
    lab.store.setChecksums(ChecksumAlgorithm.SHA256);
    ReadLab.Handle handle = open(LARGE_OBJECT);
    handle.readNow(0, 256 * KIB);
    for (int mib = 10; mib > 1; mib--) {
      handle.readNow((long) mib * MIB, MIB);
    }
    for (int mib = 11; mib <= 20; mib++) {
      handle.readNow((long) mib * MIB, MIB);
    }
    assertThat(counts()).as("nobody is held").isEqualTo(new ChecksumCounts(1, 0, 0, 0, 0, 0, 0));
    ReadLab.Progress program = handle.sequential(0, SIZE, 128 * KIB, 1);
    lab.simulation.run();
    assertThat(program.isDone()).isTrue();
    assertThat(program.failures).isEmpty();
    assertThat(counts().verified()).isEqualTo(1);
    handle.reader.close();
  }

  @Test
  void verified_blockComesAgainDamaged_failsAnyReader() {
    lab.checksContent = false;
    lab.store.setChecksums(ChecksumAlgorithm.CRC32);
    ReadLab.Handle handle = open(LARGE_OBJECT);
    assertThat(readAll(handle).failures).isEmpty();
    assertThat(counts().verified()).isEqualTo(1);
    lab.simulation.runFor(Duration.ofSeconds(31));
    lab.engine.watch();
    lab.store.damage(10 * MIB + 1, 1);
    ReadLab.Outcome outcome = handle.read(10 * MIB, 128 * KIB, done -> {});
    lab.simulation.run();
    assertThat(kind(outcome)).isEqualTo(Kind.CORRUPT);
    assertThat(outcome.failure).hasMessageContaining("came twice, with different bytes");
    handle.reader.close();
  }

  @Test
  void notReadToTheEnd_isCountedWhenForgotten() {
    lab.store.setChecksums(ChecksumAlgorithm.CRC32);
    ReadLab.Handle handle = open(LARGE_OBJECT);
    handle.sequential(0, 5 * MIB, 128 * KIB, 2);
    lab.simulation.run();
    handle.reader.close();
    lab.engine.close();
    lab.simulation.run();
    assertThat(counts()).isEqualTo(new ChecksumCounts(1, 0, 0, 0, 0, 0, 1));
  }

  @Test
  void whole_getFails_nextOneBringsTheChecksum() {
    lab.store.setChecksums(ChecksumAlgorithm.CRC64NVME);
    lab.store.setFaults((version, offset) -> Fault.REFUSED);
    ReadLab.Handle handle = lab.open(SMALL_OBJECT);
    CompletableFuture<?> started = handle.reader.start();
    lab.simulation.run();
    assertThat(started).isCompletedExceptionally();
    lab.store.setFaults((version, offset) -> Fault.NONE);
    assertThat(handle.reader.start()).isNotDone();
    lab.simulation.run();
    assertThat(readAll(handle).failures).isEmpty();
    assertThat(counts()).isEqualTo(new ChecksumCounts(0, 1, 0, 0, 0, 0, 0));
    handle.reader.close();
  }
}
