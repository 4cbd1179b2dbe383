package io.thins3.read;

import static io.thins3.read.ReadLab.KIB;
import static io.thins3.read.ReadLab.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What seeks ask for, wait for and give up. */
class SeekTest {
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
  void forwardSeek_withinWhatIsOnItsWay_sendsNothing() {
    ReadLab.Handle handle = open(ReadLab.object("k", GIB));
    handle.sequential(0, 64 * MIB, 128 * KIB, 2);
    lab.simulation.run();
    int before = requests().size();
    handle.readNow(72L * MIB, 128 * KIB);
    assertThat(requests().size() - before).as("what follows is asked for, if at all").isLessThan(2);
    assertThat(requests()).doesNotHaveDuplicates();
    handle.reader.close();
  }

  @Test
  void forwardSeek_sixteenMibIntoTheWindow_readsThroughAndCancelsNothing() {
    ReadLab.Handle handle = open(ReadLab.object("k", GIB));
    handle.sequential(0, 64 * MIB, 128 * KIB, 2);
    lab.simulation.run();
    assertThat(lab.engine.windows()).isEqualTo(new WindowSizes(1, 32L * MIB, 32L * MIB));
    handle.sequential(80 * MIB, 160 * MIB, 128 * KIB, 2);
    lab.simulation.run();
    assertThat(lab.engine.windows().runs()).as("the same run").isEqualTo(1);
    assertThat(requests()).doesNotHaveDuplicates();
    assertThat(lab.engine.counts().cancelled()).isZero();
    handle.reader.close();
    assertThat(lab.engine.counts().fetchedBytes())
        .as("what it went over, 16 MiB, is fetched, and at most a window beyond its end")
        .isBetween(160L * MIB, 192L * MIB);
  }

  @Test
  void forwardSeek_beyondTheWindow_doesNotWaitForItAndGivesItUp() {
    lab.store.setBytesPerSecond(4 * MIB); // of each connection
    ReadLab.Handle handle = open(ReadLab.object("k", GIB));
    ReadLab.Progress before = handle.sequential(0, 64 * MIB, 128 * KIB, 2);
    while (!before.isDone() && lab.simulation.step()) {}
    int underWay = lab.store.running();
    assertThat(underWay).as("the window's GETs").isBetween(3, 5);
    requests().clear();
    long begin = lab.simulation.now();
    handle.readNow(500L * MIB, 128 * KIB);
    assertThat(Duration.ofNanos(lab.simulation.now() - begin))
        .as("the latency, and 128 KiB")
        .isLessThan(Duration.ofMillis(40));
    assertThat(requests())
        .as("of a run after a long one, 1 MiB")
        .containsExactly("k 524288000+1048576");
    assertThat(lab.engine.counts().cancelled()).as("it may go on there").isZero();
    for (int i = 1; i <= 64; i++) {
      handle.readNow(500L * MIB + i * 4096L, 4096);
    }
    assertThat(lab.engine.counts().cancelled()).as("after 64 READs elsewhere").isEqualTo(underWay);
    lab.simulation.runFor(Duration.ofMillis(1));
    assertThat(lab.store.running()).as("what the new run asks for").isLessThanOrEqualTo(1);
    handle.reader.close();
    double waste = lab.waste();
    ReadCounts counts = lab.engine.counts();
    assertThat(counts.wastedBytes())
        .as("what came of the old window, and what nobody has read of the new run")
        .isBetween(1L, 32L * MIB)
        .isEqualTo(counts.fetchedBytes() - 64 * MIB - 65 * 4096);
    assertThat(waste).isLessThan(0.35);
  }

  @Test
  void seekStorm_wastesNoMoreThanItReads() {
    ReadLab.Handle handle = open(ReadLab.object("k", GIB));
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      long at = (long) MIB * random.nextInt(1000);
      handle.sequential(at, at + 128L * KIB * (1 + random.nextInt(40)), 128 * KIB, 2);
      lab.simulation.run();
    }
    handle.reader.close();
    assertThat(lab.waste()).isLessThan(0.5);
  }
}
