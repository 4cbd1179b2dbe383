package io.thins3.write;

import static io.thins3.write.WriteBench.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.store.StoreException;
import io.thins3.testing.Await;
import io.thins3.testing.MemoryObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random changes of one file against an array of bytes, with requests that fail at random: after a
 * failure the store holds the old content or the new one, whole.
 */
class WrittenFileModelTest {
  private static final String KEY = "k";
  private static final int LARGEST = 24 * MIB;

  /** After so many requests one fails; never where it is negative. */
  private final AtomicInteger untilFault = new AtomicInteger(-1);

  @Test
  void random_changes_areThoseOfAnArray(@TempDir Path staging) throws Exception {
    run(staging, 400, 0);
  }

  @Test
  void random_changesAndFailures_leaveTheOldOrTheNewObject(@TempDir Path staging) throws Exception {
    run(staging, 300, 3);
  }

  private void run(Path staging, int steps, int faults) throws Exception {
    long seed = System.nanoTime();
    System.out.println("WrittenFileModelTest seed " + seed);
    Random random = new Random(seed);
    try (WriteBench bench = new WriteBench(staging, 64 * MIB, 1L << 30, false)) {
      bench.store.setFault(
          request -> {
            // An upload whose abort fails is left behind, and logged.
            if (!request.startsWith("ABORT")
                && untilFault.getAndUpdate(left -> left < 0 ? left : left - 1) == 0) {
              throw MemoryObjectStore.failure(StoreException.Kind.SERVER_ERROR, KEY);
            }
          });
      byte[] model = {};
      byte[] published = {};
      bench.store.put(KEY, published);
      WrittenFile file = bench.open(KEY);
      for (int step = 0; step < steps; step++) {
        String what = "seed " + seed + ", step " + step;
        if (faults > 0 && random.nextInt(faults) == 0) {
          untilFault.set(random.nextInt(6));
        }
        try {
          byte[] next = change(bench, file, model, random);
          if (next != null) {
            model = next;
          } else {
            byte[] before = published;
            published = model;
            file.publish();
            assertThat(Arrays.equals(bench.store.content(KEY), model)).as(what).isTrue();
            if (before.length == 0 || random.nextBoolean()) {
              bench.engine.close(file);
              untilFault.set(-1);
              file = bench.open(KEY);
            }
          }
          assertThat(file.size()).as(what).isEqualTo(model.length);
        } catch (WriteException e) {
          assertThat(faults).as(what + ": " + e).isPositive();
          untilFault.set(-1);
          bench.engine.close(file);
          byte[] stored = bench.store.content(KEY);
          published = stored;
          model = stored;
          file = bench.open(KEY);
        }
      }
      untilFault.set(-1);
      bench.engine.close(file);
      Await.until(
          "all pages are back",
          Duration.ofSeconds(20),
          () ->
              bench.budget.counts().reserved() == 0
                  && bench.store.uploads().isEmpty()
                  && bench.directory.space().taken() == 0);
    }
  }

  /** One change of file and model; null: publish. */
  private static byte @Nullable [] change(
      WriteBench bench, WrittenFile file, byte[] model, Random random) throws WriteException {
    int size = model.length;
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> {
        int offset = random.nextBoolean() ? size : random.nextInt(Math.max(1, size + MIB));
        int length = 1 + (random.nextInt(3) == 0 ? random.nextInt(12 * MIB) : random.nextInt(MIB));
        length = Math.min(length, LARGEST - offset);
        if (length <= 0) {
          return model;
        }
        byte[] data = new byte[length];
        random.nextBytes(data);
        for (int at = 0; at < length; at += MIB) {
          WriteBench.write(
              file, offset + at, Arrays.copyOfRange(data, at, Math.min(length, at + MIB)));
        }
        byte[] next = Arrays.copyOf(model, Math.max(size, offset + length));
        System.arraycopy(data, 0, next, offset, length);
        return next;
      }
      case 3 -> {
        int to = random.nextInt(3) == 0 ? 0 : random.nextInt(LARGEST);
        file.resize(to);
        return Arrays.copyOf(model, to);
      }
      case 4 -> {
        int offset = random.nextInt(size + 1);
        int length = 1 + random.nextInt(2 * MIB);
        file.clear(offset, length, true);
        byte[] next = model.clone();
        Arrays.fill(next, Math.min(size, offset), Math.min(size, offset + length), (byte) 0);
        return next;
      }
      case 5, 6 -> {
        int offset = random.nextInt(size + 1);
        byte[] read = bench.read(file, offset, 1 + random.nextInt(MIB));
        assertThat(read).isEqualTo(Arrays.copyOfRange(model, offset, offset + read.length));
        return model;
      }
      default -> {
        return null;
      }
    }
  }
}
