package io.thins3.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.store.UploadedPart;
import org.junit.jupiter.api.Test;

class PartSizesTest {
  @Test
  void parts_all_followEachOther() {
    long at = 0;
    for (int number = 1; number <= UploadedPart.MOST; number++) {
      assertThat(PartSizes.offset(number)).isEqualTo(at);
      assertThat(PartSizes.at(at)).isEqualTo(number);
      assertThat(PartSizes.at(at + PartSizes.size(number) - 1)).isEqualTo(number);
      assertThat(PartSizes.size(number))
          .isBetween(UploadedPart.LEAST_BYTES, UploadedPart.MOST_BYTES);
      at += PartSizes.size(number);
    }
    assertThat(at).isGreaterThan(PartSizes.LARGEST_OBJECT);
  }
}
