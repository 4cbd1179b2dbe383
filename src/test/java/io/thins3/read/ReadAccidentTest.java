package io.thins3.read;

import static io.thins3.read.ReadLab.KIB;
import static io.thins3.read.ReadLab.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.store.StoreException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/**
 * An Error where pages are reserved and have not been handed over: every page comes back, every
 * READ is answered, and what comes afterwards is served. No OutOfMemoryError, which ends JUnit.
 */
class ReadAccidentTest {
  private static final Duration VALID = Duration.ofSeconds(10);

  /** A source that gets no memory the n-th time that the engine asks it something. */
  private static final class Failing implements RangeSource {
    private final RangeSource source;
    private int callsUntilFailure;
    private boolean failed;

    Failing(RangeSource source, int call) {
      this.source = source;
      this.callsUntilFailure = call;
    }

    private void call() {
      if (callsUntilFailure-- == 0) {
        failed = true;
        throw new InternalError("simulated");
      }
    }

    @Override
    public String bucket() {
      return source.bucket();
    }

    @Override
    public Duration patience() {
      call();
      return source.patience();
    }

    @Override
    public Duration deadline() {
      return source.deadline();
    }

    @Override
    public boolean verifies() {
      call();
      return source.verifies();
    }

    @Override
    public Transfer fetch(ObjectVersion version, long offset, long length, Sink sink) {
      call();
      return source.fetch(version, offset, length, sink);
    }
  }

  private static final class Answers implements ReadCompletion {
    int told;

    @Override
    public void data(List<ByteBuffer> buffers) {
      told++;
    }

    @Override
    public void failed(StoreException failure) {
      told++;
    }
  }

  /** Lets the accident happen at each place in turn. */
  private static void everywhere(long budget, BiConsumer<ReadLab, Failing> program) {
    int call = 0;
    for (boolean happened = true; happened; call++) {
      ReadLab lab = new ReadLab(budget);
      Failing source = new Failing(lab.store, call);
      program.accept(lab, source);
      happened = source.failed;
      lab.finish();
    }
    assertThat(call).as("places").isGreaterThan(2);
  }

  private static ObjectReader open(ReadLab lab, RangeSource source, ObjectVersion version) {
    try {
      return lab.engine.open(source, version);
    } catch (InternalError e) {
      return lab.engine.open(source, version);
    }
  }

  @Test
  void prefetch_errorOnTheWay_keepsNoPageAndIsTriedAgain() {
    ObjectVersion version = ReadLab.object("k", 300_001);
    everywhere(
        24L * MIB,
        (lab, source) -> {
          List<Boolean> ends = new ArrayList<>();
          Prefetching begun = null;
          try {
            begun = lab.engine.prefetch(source, version, VALID, ends::add);
          } catch (InternalError e) {
            assertThat(lab.budget.counts().reserved()).isZero();
            assertThat(lab.engine.prefetch(source, version, VALID, ends::add))
                .isEqualTo(Prefetching.BEGUN);
          }
          lab.simulation.run();
          assertThat(ends).hasSize(1);
          assertThat(begun).isIn(Prefetching.BEGUN, null);
        });
  }

  @Test
  void read_errorOnTheWay_isAnsweredOnceAndKeepsNoPage() {
    everywhere(
        192L * MIB,
        (lab, source) -> {
          ObjectVersion version = ReadLab.object("k", 64 * MIB);
          ObjectReader reader = open(lab, source, version);
          var started = reader.start();
          lab.simulation.run();
          assertThat(started).isDone();
          for (int i = 0; i < 128; i++) {
            Answers answers = new Answers();
            var unused = reader.read(i * 128L * KIB, 128 * KIB, answers);
            lab.simulation.run();
            assertThat(answers.told).as("answers of READ %d", i).isEqualTo(1);
          }
          source.callsUntilFailure = -1;
          lab.handle(version, reader).readNow(40L * MIB, MIB);
          reader.close();
        });
  }

  @Test
  void fail_accidentOnTheWay_isAnsweredOnceAllTheSame() {
    ReadLab lab = new ReadLab(2L * MIB);
    EngineCore core = lab.engine.core();
    EngineCore unlucky =
        new EngineCore(
            core.lock(),
            core.cache(),
            core.counters(),
            core.delay(),
            () -> {
              throw new InternalError("simulated");
            });
    ObjectReader reader = lab.engine.open(lab.store, ReadLab.object("k", MIB));
    ObjectBlocks object = core.cache().objects().get(0);
    Answers answers = new Answers();
    PendingRead read = new PendingRead(object, 0, 1, PendingRead.Purpose.READ, answers, 0);
    Effects effects = new Effects();
    StoreException failure = EngineCore.failure(StoreException.Kind.TIMEOUT, object, "late");
    assertThatThrownBy(() -> unlucky.fail(read, failure, effects))
        .isInstanceOf(InternalError.class);
    core.accident(read, new InternalError("simulated"), effects);
    effects.run();
    assertThat(answers.told).isEqualTo(1);
    reader.close();
    lab.finish();
  }

  @Test
  void read_errorAfterItQueuedForMemory_isAnsweredOnceAndKeepsNoPage() {
    everywhere(
        2L * MIB,
        (lab, source) -> {
          List<Answers> all = new ArrayList<>();
          List<ObjectReader> readers = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            ObjectReader reader = open(lab, source, ReadLab.object("k" + i, 64 * MIB));
            readers.add(reader);
            Answers answers = new Answers();
            all.add(answers);
            var unused = reader.read(20L * MIB, MIB, answers);
          }
          lab.simulation.run();
          assertThat(lab.engine.counts().memoryWaits()).isPositive();
          assertThat(all).allMatch(answers -> answers.told == 1);
          readers.forEach(ObjectReader::close);
        });
  }
}
