package io.thins3.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What header fields say of an object's checksum. */
class ObjectChecksumTest {
  private static @Nullable ObjectChecksum in(Map<String, String> headers) {
    return ObjectChecksum.in(headers::get);
  }

  @Test
  void in_nothing_isNull() {
    assertThat(in(Map.of("x-amz-checksum-type", "FULL_OBJECT"))).isNull();
  }

  @Test
  void in_fullObject_isIt() {
    assertThat(
            in(
                Map.of(
                    "x-amz-checksum-crc64nvme", "AQIDBAUGBwg=",
                    "x-amz-checksum-type", "FULL_OBJECT")))
        .isEqualTo(new ObjectChecksum(ChecksumAlgorithm.CRC64NVME, "AQIDBAUGBwg=", false))
        .isEqualTo(
            ObjectChecksum.of(ChecksumAlgorithm.CRC64NVME, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
  }

  @Test
  void in_noType_isOfTheWholeUnlessItCountsParts() {
    assertThat(in(Map.of("x-amz-checksum-crc32c", "yZRlqg=="))).matches(sum -> !sum.composite());
    assertThat(in(Map.of("x-amz-checksum-sha256", "abc=-2"))).matches(ObjectChecksum::composite);
  }

  @Test
  void in_composite_isSaidToBeOne() {
    assertThat(in(Map.of("x-amz-checksum-crc32", "yZRlqg==", "x-amz-checksum-type", "COMPOSITE")))
        .matches(ObjectChecksum::composite);
  }

  @Test
  void in_several_isThatWhichCostsLeast() {
    assertThat(
            in(
                Map.of(
                    "x-amz-checksum-crc64nvme", "AQIDBAUGBwg=",
                    "x-amz-checksum-crc32c", "yZRlqg==")))
        .matches(sum -> sum.algorithm() == ChecksumAlgorithm.CRC32C);
  }

  @Test
  void in_notAValue_isLikeNone() {
    assertThat(in(Map.of("x-amz-checksum-crc32c", "yZRlqg"))).isNotNull(); // without its padding
    assertThat(in(Map.of("x-amz-checksum-crc32c", "yZRl"))).isNull();
    assertThat(in(Map.of("x-amz-checksum-crc32", "~~~~"))).isNull();
  }
}
