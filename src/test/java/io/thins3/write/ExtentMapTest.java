package io.thins3.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.write.Extent.Source;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExtentMapTest {
  private static final List<Source> SOURCES = List.of(Source.values());

  @Test
  void set_beyondTheEnd_leavesAHole() {
    ExtentMap map = ExtentMap.published(10);

    map.set(20, 5, Source.STAGED);

    assertThat(map.all())
        .containsExactly(
            new Extent(0, 10, Source.PUBLISHED),
            new Extent(10, 10, Source.HOLE),
            new Extent(20, 5, Source.STAGED));
  }

  @Test
  void set_sameSourceBeside_isJoined() {
    ExtentMap map = new ExtentMap();
    map.set(0, 5, Source.STAGED);
    map.set(10, 5, Source.STAGED);

    map.set(5, 5, Source.STAGED);

    assertThat(map.all()).containsExactly(new Extent(0, 15, Source.STAGED));
  }

  @Test
  void random_changes_areThoseOfAnArray() {
    long seed = System.nanoTime();
    System.out.println("ExtentMapTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      ExtentMap map = new ExtentMap();
      Source[] model = {};
      for (int step = 0; step < 60; step++) {
        int offset = random.nextInt(60);
        int length = random.nextInt(20);
        if (random.nextInt(5) == 0) {
          map.resize(offset);
          int before = model.length;
          model = Arrays.copyOf(model, offset);
          if (offset > before) {
            Arrays.fill(model, before, offset, Source.HOLE);
          }
        } else if (length > 0) {
          Source source = SOURCES.get(random.nextInt(SOURCES.size()));
          map.set(offset, length, source);
          int before = model.length;
          model = Arrays.copyOf(model, Math.max(before, offset + length));
          if (offset > before) {
            Arrays.fill(model, before, offset, Source.HOLE);
          }
          Arrays.fill(model, offset, offset + length, source);
        }
        check(map, model, seed);
      }
    }
  }

  private static void check(ExtentMap map, Source[] model, long seed) {
    assertThat(map.size()).as("seed " + seed).isEqualTo(model.length);
    long at = 0;
    Source last = null;
    List<Extent> all = map.all();
    for (Extent extent : all) {
      assertThat(extent.offset()).as("seed " + seed).isEqualTo(at);
      assertThat(extent.source()).as("joined, seed " + seed).isNotEqualTo(last);
      for (long i = extent.offset(); i < extent.end(); i++) {
        assertThat(model[(int) i]).as("seed " + seed).isEqualTo(extent.source());
      }
      at = extent.end();
      last = extent.source();
    }
    assertThat(map.within(0, Long.MAX_VALUE)).isEqualTo(all);
  }
}
