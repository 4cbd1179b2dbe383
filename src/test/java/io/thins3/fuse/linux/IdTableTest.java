package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdTableTest {
  private static final class Item extends IdTable.Entry {
    Item(long id) {
      super(id);
    }
  }

  @Test
  void anySequence_comparedWithAMap_sameContent() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    IdTable<Item> table = new IdTable<>();
    Map<Long, Item> model = new HashMap<>();
    for (int i = 0; i < 200_000; i++) {
      // Small and even ids as the kernel gives them, and ids out of the whole range.
      long id = random.nextBoolean() ? random.nextInt(2_000) * 2L : (long) random.nextInt(50) << 58;
      if (random.nextInt(3) == 0) {
        assertThat(table.remove(id)).as("seed %d", seed).isSameAs(model.remove(id));
      } else if (!model.containsKey(id)) {
        Item item = new Item(id);
        table.put(item);
        model.put(id, item);
      }
      assertThat(table.get(id)).as("seed %d", seed).isSameAs(model.get(id));
    }
    assertThat(table.size()).isEqualTo(model.size());
    assertThat(table.entries()).containsExactlyInAnyOrderElementsOf(model.values());
  }
}
