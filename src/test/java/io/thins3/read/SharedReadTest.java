package io.thins3.read;

import static io.thins3.read.ReadLab.KIB;
import static io.thins3.read.ReadLab.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One who reads an object that others have open and do not read now. */
class SharedReadTest {
  private static final int SIZE = 512 * MIB;

  /**
   * Handles that have each streamed 9 MiB of an object and then stood still for two minutes, and
   * one that reads all of it.
   *
   * @return what that takes
   */
  private static Duration pass(int handles, long apart, boolean closed) {
    ReadLab lab = new ReadLab(192L * MIB);
    lab.store.setLatency(Duration.ofMillis(30));
    lab.store.setBytesPerSecond(400L * MIB);
    ObjectVersion version = ReadLab.object("k", SIZE);
    List<ReadLab.Handle> idle = new ArrayList<>();
    for (int i = 0; i < handles; i++) {
      ReadLab.Handle handle = lab.open(version);
      read(lab, handle, i * apart, i * apart + 9 * MIB);
      if (closed) {
        handle.reader.close();
      } else {
        idle.add(handle);
      }
    }
    for (int second = 0; second < 120; second += 5) {
      lab.simulation.runFor(Duration.ofSeconds(5));
      lab.engine.watch();
    }
    ReadLab.Handle reader = lab.open(version);
    Duration took = read(lab, reader, 0, SIZE);
    reader.reader.close();
    idle.forEach(handle -> handle.reader.close());
    lab.finish();
    return took;
  }

  private static Duration read(ReadLab lab, ReadLab.Handle handle, long from, long to) {
    long begin = lab.simulation.now();
    ReadLab.Progress program = handle.sequential(from, to, 128 * KIB, 2);
    while (!program.isDone() && lab.simulation.step()) {}
    assertThat(program.isDone()).isTrue();
    assertThat(program.failures).isEmpty();
    return Duration.ofNanos(lab.simulation.now() - begin);
  }

  @Test
  void reader_othersStandStill_isAsFastAsWithThemClosed() {
    Duration closed = pass(16, 32L * MIB, true);
    assertThat(pass(16, 32L * MIB, false))
        .as("16 handles 32 MiB apart; closed %s", closed)
        .isLessThan(closed.multipliedBy(3).dividedBy(2));
    assertThat(pass(31, 16L * MIB, false))
        .as("31 handles 16 MiB apart; closed %s", closed)
        .isLessThan(closed.multipliedBy(3).dividedBy(2));
  }
}
