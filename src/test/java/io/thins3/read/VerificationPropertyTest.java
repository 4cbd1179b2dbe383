package io.thins3.read;

import static io.thins3.read.ReadLab.KIB;
import static io.thins3.read.ReadLab.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.read.SimulatedStore.Fault;
import io.thins3.read.SimulatedStore.Faults;
import io.thins3.store.ChecksumAlgorithm;
import io.thins3.store.StoreException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whoever reads a damaged file from start to end is told, and nobody else is told anything: on a
 * store in simulated time.
 */
class VerificationPropertyTest {
  /** Any algorithm, sizes, latencies, faults and readers; the object damaged or not. */
  @Test
  void reads_any_tellDamageAndNothingElse() {
    long seed = System.nanoTime();
    int told = 0;
    int verified = 0;
    for (int i = 0; i < 150; i++) {
      try {
        ChecksumCounts counts = run(new Random(seed + i));
        told += (int) counts.mismatches();
        verified += (int) counts.verified();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + (seed + i), e);
      }
    }
    assertThat(told).as("seed %s", seed).isGreaterThan(10);
    assertThat(verified).as("seed %s", seed).isGreaterThan(10);
  }

  private static ChecksumCounts run(Random random) {
    ReadLab lab = new ReadLab((3L + random.nextInt(60)) * MIB);
    ChecksumAlgorithm[] algorithms = ChecksumAlgorithm.values();
    ChecksumAlgorithm algorithm = algorithms[random.nextInt(algorithms.length)];
    lab.store.setChecksums(algorithm);
    lab.store.setLatency(Duration.ofNanos(1 + random.nextInt(30_000_000)));
    lab.store.setBytesPerSecond((1L + random.nextInt(1000)) * MIB);
    lab.store.setHead(Duration.ofNanos(1 + random.nextInt(200_000_000)), null);
    lab.store.setFaults(cuts(random));
    ObjectVersion version =
        ReadLab.object(
            "k",
            1
                + (random.nextBoolean()
                    ? random.nextInt(2 * MIB)
                    : 128L * KIB * random.nextInt(200)));
    boolean damaged = random.nextBoolean();
    if (damaged) {
      lab.checksContent = false;
      lab.store.damage((long) (random.nextDouble() * version.size()), Integer.MAX_VALUE);
    }
    List<ReadLab.Handle> handles = new ArrayList<>();
    List<ReadLab.Progress> programs = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      ReadLab.Handle handle = lab.open(version);
      handles.add(handle);
      var unused = handle.reader.start();
      if (random.nextBoolean()) {
        handle.read((long) (random.nextDouble() * version.size()), 4 * KIB, done -> {});
      }
      lab.simulation.runFor(Duration.ofNanos(random.nextInt(100_000_000)));
      int size = (1 + random.nextInt(8)) * 128 * KIB;
      programs.add(handle.sequential(0, version.size(), size, 1 + random.nextInt(3)));
    }
    lab.simulation.run();
    handles.forEach(handle -> handle.reader.close());
    lab.finish();
    ChecksumCounts counts = lab.engine.counts().checksums();
    for (ReadLab.Progress program : programs) {
      assertThat(program.isDone()).as("%s", program).isTrue();
      assertThat(program.failures).allMatch(failure -> failure.kind() == Kind.CORRUPT);
    }
    if (!damaged) {
      assertThat(counts.mismatches()).isZero();
      assertThat(programs).allMatch(program -> program.failures.isEmpty());
    }
    // Whoever has got all of a damaged file without an error has got it when it could not be known.
    if (damaged && counts.incomplete() == 0) {
      assertThat(counts.mismatches()).isPositive();
    }
    if (!damaged && counts.incomplete() == 0) {
      assertThat(counts.verified()).isPositive();
    }
    if (algorithm != ChecksumAlgorithm.SHA1 && algorithm != ChecksumAlgorithm.SHA256) {
      assertThat(counts.incomplete()).as("%s of %s", algorithm, version).isZero();
      assertThat(programs).allMatch(program -> program.failures.isEmpty() == !damaged);
    }
    return counts;
  }

  private static Faults cuts(Random random) {
    int percent = random.nextInt(3) * 10;
    return new Faults() {
      @Override
      public Fault of(ObjectVersion version, long offset) {
        return random.nextInt(100) < percent ? Fault.CUT : Fault.NONE;
      }

      @Override
      public long bytes(long length) {
        return (long) (random.nextDouble() * (length + 1));
      }
    };
  }
}
