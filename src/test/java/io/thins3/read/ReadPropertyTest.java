package io.thins3.read;

import static io.thins3.read.ReadLab.KIB;
import static io.thins3.read.ReadLab.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.memory.MemoryCounts;
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
 * Any interleaving of READs, any budget, any faults: the right bytes or an error, an answer to
 * every READ, and every page back.
 */
class ReadPropertyTest {
  private static final int RUNS = 200;

  /** Printed, and by hand chosen: {@code -Dthins3.seed}, {@code -Dthins3.runs}. */
  private static long firstSeed() {
    long seed = Long.getLong("thins3.seed", System.nanoTime());
    System.out.println("ReadPropertyTest seed " + seed);
    return seed;
  }

  /**
   * The budget's account at every moment, while handles are closed and READs are given up at any
   * moment.
   */
  @Test
  void giveUps_atAnyMoment_everyReservedPageIsInABlockOrOnItsWay() {
    long seed = firstSeed();
    for (int i = 0; i < Integer.getInteger("thins3.runs", RUNS); i++) {
      try {
        giveUps(seed + i);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + (seed + i), e);
      }
    }
  }

  /** Little, so that there are always some who wait for memory; now and then the default. */
  private static long budget(Random random, int from, int to) {
    return (random.nextInt(8) == 0 ? 192L : from + random.nextInt(to - from)) * MIB;
  }

  private static void giveUps(long seed) {
    Random random = new Random(seed);
    ReadLab lab = new ReadLab(budget(random, 2, 14));
    lab.store.setLatency(Duration.ofNanos(1 + random.nextInt(50_000_000)));
    lab.store.setBytesPerSecond((1L + random.nextInt(300)) * MIB);
    lab.store.setFaults(faults(random));
    if (random.nextBoolean()) {
      ChecksumAlgorithm[] algorithms = ChecksumAlgorithm.values();
      lab.store.setChecksums(algorithms[random.nextInt(algorithms.length)]);
      lab.store.setHead(Duration.ofNanos(random.nextInt(500_000_000)), null);
    }
    List<ObjectVersion> versions = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(6); i++) {
      versions.add(ReadLab.object("k" + i, size(random)));
    }
    List<ReadLab.Outcome> outcomes = new ArrayList<>();
    List<Opened> handles = new ArrayList<>();
    Ahead ahead = new Ahead();
    for (int i = 0; i < 150; i++) {
      switch (random.nextInt(8)) {
        case 0, 1 -> {
          for (int n = random.nextInt(4); n >= 0; n--) {
            outcomes.removeIf(outcome -> outcome.answered);
            if (!outcomes.isEmpty()) {
              outcomes.get(random.nextInt(outcomes.size())).giveUp();
              accountsAreRight(lab);
            }
          }
        }
        case 2 -> {
          if (!handles.isEmpty()) {
            handles.remove(random.nextInt(handles.size())).handle.reader.close();
          }
        }
        case 3, 4 -> {
          for (int n = random.nextInt(60); n > 0 && lab.simulation.step(); n--) {
            accountsAreRight(lab);
          }
        }
        default -> act(random, lab, versions, handles, outcomes, ahead);
      }
      accountsAreRight(lab);
      nobodyWaitsInVain(lab, outcomes);
    }
    while (lab.simulation.step()) {
      accountsAreRight(lab);
      nobodyWaitsInVain(lab, outcomes);
    }
    assertThat(outcomes).allMatch(outcome -> outcome.answered);
    handles.forEach(opened -> opened.handle.reader.close());
    lab.finish();
    assertThat(ahead.ended).as("ends of what was fetched ahead").isEqualTo(ahead.begun);
  }

  /**
   * Between two events every reserved page is that of a block in the tables, on its way or here, or
   * of a GET that was given up and has not ended; and while somebody waits, no block is kept that
   * nobody uses.
   */
  private static void accountsAreRight(ReadLab lab) {
    int blocks = 0;
    int idle = 0;
    for (ObjectBlocks object : lab.engine.core().cache().objects()) {
      blocks += object.blocksHere();
      for (CacheBlock block : object.blocks()) {
        idle += block.isFull() && !block.isPinned() ? 1 : 0;
      }
    }
    int givenUp = lab.store.pagesGivenUp();
    MemoryCounts counts = lab.budget.counts();
    if (lab.grantsOnTheirWay() == 0) {
      assertThat(counts.reserved())
          .as("reserved; %d blocks, %d pages of GETs that were given up", blocks, givenUp)
          .isEqualTo(blocks + givenUp);
    }
    if (counts.waiters() > 0) {
      assertThat(idle).as("idle blocks while somebody waits").isZero();
    }
  }

  @Test
  void reads_anyInterleaving_getRightBytesOrAnErrorAndKeepNothing() {
    long seed = firstSeed();
    for (int i = 0; i < RUNS; i++) {
      try {
        run(seed + i);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + (seed + i), e);
      }
    }
  }

  private static void run(long seed) {
    Random random = new Random(seed);
    ReadLab lab = new ReadLab(budget(random, 3, 33));
    lab.store.setLatency(Duration.ofNanos(1 + random.nextInt(50_000_000)));
    lab.store.setBytesPerSecond((1L + random.nextInt(1000)) * MIB);
    lab.store.setFaults(faults(random));
    if (random.nextBoolean()) {
      ChecksumAlgorithm[] algorithms = ChecksumAlgorithm.values();
      lab.store.setChecksums(algorithms[random.nextInt(algorithms.length)]);
      lab.store.setHead(
          Duration.ofNanos(random.nextInt(500_000_000)),
          random.nextInt(4) == 0 ? Kind.SERVER_ERROR : null);
    }
    List<ObjectVersion> versions = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      versions.add(ReadLab.object("k" + i, size(random)));
    }
    List<ReadLab.Outcome> outcomes = new ArrayList<>();
    List<Opened> handles = new ArrayList<>();
    Ahead ahead = new Ahead();
    int end = random.nextInt(4) == 0 ? random.nextInt(200) : -1;
    for (int step = 0; step < 200; step++) {
      if (step == end) {
        lab.engine.close();
      }
      act(random, lab, versions, handles, outcomes, ahead);
      nobodyWaitsInVain(lab, outcomes);
    }
    boolean closeEarly = random.nextBoolean();
    if (!closeEarly) {
      while (lab.simulation.step()) {
        nobodyWaitsInVain(lab, outcomes);
      }
      assertThat(outcomes).allMatch(outcome -> outcome.answered);
    }
    handles.forEach(opened -> opened.handle.reader.close());
    lab.finish();
    assertThat(ahead.ended).as("ends of what was fetched ahead").isEqualTo(ahead.begun);
    assertThat(outcomes).allMatch(outcome -> outcome.answered);
  }

  /** If the free pages suffice for all who may be the first that waits, nobody waits. */
  private static void nobodyWaitsInVain(ReadLab lab, List<ReadLab.Outcome> outcomes) {
    outcomes.removeIf(outcome -> outcome.answered);
    MemoryCounts counts = lab.budget.counts();
    if (counts.waiters() > 0) {
      int most = outcomes.stream().mapToInt(outcome -> outcome.pages).max().orElse(1);
      assertThat(counts.limit() - counts.reserved()).as("free pages").isLessThan(most);
    }
  }

  private static final class Opened {
    final ReadLab.Handle handle;
    long position;

    Opened(ReadLab.Handle handle) {
      this.handle = handle;
    }
  }

  private static final class Ahead {
    int begun;
    int ended;

    void fetch(ReadLab lab, ObjectVersion version, Random random) {
      Duration validFor = Duration.ofMillis(random.nextInt(10_000));
      begun +=
          lab.engine.prefetch(lab.store, version, validFor, arrived -> ended++) == Prefetching.BEGUN
              ? 1
              : 0;
    }
  }

  private static void act(
      Random random,
      ReadLab lab,
      List<ObjectVersion> versions,
      List<Opened> handles,
      List<ReadLab.Outcome> outcomes,
      Ahead ahead) {
    int choice = random.nextInt(24);
    if (handles.isEmpty() || choice == 0) {
      handles.add(new Opened(lab.open(versions.get(random.nextInt(versions.size())))));
    } else if (choice == 1) {
      handles.remove(random.nextInt(handles.size())).handle.reader.close();
    } else if (choice == 2) {
      var unused = handles.get(random.nextInt(handles.size())).handle.reader.start();
    } else if (choice < 6) {
      for (int i = random.nextInt(200); i > 0 && lab.simulation.step(); i--) {}
    } else if (choice == 6) {
      lab.engine.watch();
    } else if (choice < 9) {
      ObjectVersion version =
          random.nextBoolean()
              ? versions.get(random.nextInt(versions.size()))
              : ReadLab.object("ahead" + random.nextInt(20), random.nextInt(300_000));
      if (version.size() <= ReadEngine.OPEN_WHOLE) {
        ahead.fetch(lab, version, random);
        versions.add(version);
      }
    } else if (choice == 9 && !outcomes.isEmpty()) {
      outcomes.get(random.nextInt(outcomes.size())).giveUp();
    } else if (choice == 10 && random.nextInt(10) == 0) {
      for (int i = 0; i < 16 + random.nextInt(16); i++) {
        Opened opened = new Opened(lab.open(versions.get(random.nextInt(versions.size()))));
        handles.add(opened);
        read(random, opened, outcomes);
      }
    } else {
      read(random, handles.get(random.nextInt(handles.size())), outcomes);
    }
  }

  private static void read(Random random, Opened opened, List<ReadLab.Outcome> outcomes) {
    long size = opened.handle.version.size();
    int length = 1 + random.nextInt(random.nextInt(4) == 0 ? MIB : 128 * KIB);
    if (random.nextInt(4) == 0) {
      opened.position = (long) (random.nextDouble() * (size + 10));
    }
    outcomes.add(opened.handle.read(opened.position, length, done -> {}));
    opened.position += length;
  }

  private static long size(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(1000);
      case 1 -> random.nextInt(2 * MIB);
      case 2 -> 128L * KIB * random.nextInt(100);
      default -> random.nextInt(100 * MIB);
    };
  }

  private static Faults faults(Random random) {
    int percent = random.nextInt(3) * 15;
    int atOnce = random.nextInt(3) * 20;
    return new Faults() {
      @Override
      public boolean atOnce() {
        return random.nextInt(100) < atOnce;
      }

      @Override
      public boolean finishesCancelled() {
        return random.nextBoolean();
      }

      @Override
      public Fault of(ObjectVersion version, long offset) {
        Fault[] all = Fault.values();
        return random.nextInt(100) < percent ? all[random.nextInt(all.length)] : Fault.NONE;
      }

      @Override
      public long bytes(long length) {
        return (long) (random.nextDouble() * (length + 1));
      }
    };
  }
}
