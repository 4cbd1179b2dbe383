package io.thins3.write;

import static io.thins3.write.WriteBench.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.store.UploadedPart;
import io.thins3.write.Extent.Source;
import io.thins3.write.PublishPlan.Piece;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PublishPlanTest {
  @Test
  void plan_appendTo8GiB_sendsTheTailAlone() {
    long size = 8L << 30;
    ExtentMap extents = ExtentMap.published(size);
    extents.set(size, 100, Source.STAGED);

    PublishPlan plan = PublishPlan.of(extents);

    assertThat(plan.sentBytes()).isEqualTo(100);
    assertThat(plan.parts()).last().isEqualTo(new Piece(size, 100, false));
  }

  @Test
  void plan_oneByteInTheMiddle_sendsOnePartOf5MiB() {
    ExtentMap extents = ExtentMap.published(1L << 30);
    extents.set(500L * MIB, 1, Source.STAGED);

    assertThat(PublishPlan.of(extents).sentBytes()).isEqualTo(UploadedPart.LEAST_BYTES);
  }

  @Test
  void random_plans_keepTheStoresRules() {
    long seed = System.nanoTime();
    System.out.println("PublishPlanTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      ExtentMap extents = ExtentMap.published(random.nextInt(100) * (long) MIB + random.nextInt(9));
      for (int i = random.nextInt(8); i >= 0; i--) {
        long offset = random.nextInt(110) * (long) MIB + random.nextInt(3);
        long length = 1L + (random.nextBoolean() ? random.nextInt(9) : random.nextInt(20 * MIB));
        extents.set(offset, length, random.nextInt(4) == 0 ? Source.HOLE : Source.STAGED);
      }
      check(extents, "seed " + seed + " round " + round + ": " + extents.all());
    }
  }

  private static void check(ExtentMap extents, String what) {
    PublishPlan plan = PublishPlan.of(extents);
    long at = 0;
    for (Piece piece : plan.parts()) {
      assertThat(piece.offset()).as(what).isEqualTo(at);
      assertThat(piece.length()).as(what).isBetween(1L, UploadedPart.MOST_BYTES);
      at = piece.end();
      if (at < extents.size()) {
        assertThat(piece.length()).as(what).isGreaterThanOrEqualTo(UploadedPart.LEAST_BYTES);
      }
      if (piece.copied()) {
        assertThat(extents.bytes(piece.offset(), piece.end(), Source.PUBLISHED))
            .as(what)
            .isEqualTo(piece.length());
      }
    }
    assertThat(at).as(what).isEqualTo(extents.size());
    assertThat(plan.parts().size()).as(what).isLessThanOrEqualTo(UploadedPart.MOST);
  }
}
