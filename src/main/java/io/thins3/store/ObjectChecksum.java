package io.thins3.store;

import java.util.Arrays;
import java.util.Base64;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The checksum that a store has of an object.
 *
 * @param algorithm how it was computed
 * @param value Base64 of the bytes, the most significant first; of a composite one, as it came
 * @param composite whether it is one of the parts' checksums, which nobody who does not know the
 *     parts can compute; otherwise it is one of the whole content
 */
public record ObjectChecksum(ChecksumAlgorithm algorithm, String value, boolean composite) {
  /** What asks for it, in a HEAD, or in a GET without Range. */
  static final String MODE_HEADER = "x-amz-checksum-mode";

  static final String MODE = "ENABLED";

  static final String TYPE_HEADER = "x-amz-checksum-type";

  static final String FULL_OBJECT = "FULL_OBJECT";

  /** A checksum of the whole content. */
  public static ObjectChecksum of(ChecksumAlgorithm algorithm, byte[] value) {
    return new ObjectChecksum(algorithm, Base64.getEncoder().encodeToString(value), false);
  }

  /** Whether it is that value. */
  public boolean is(byte[] other) {
    return !composite && Arrays.equals(Base64.getDecoder().decode(value), other);
  }

  /**
   * What an answer says.
   *
   * @param header gives the value of a field, or null
   * @return null when it says nothing that can be understood
   */
  static @Nullable ObjectChecksum in(UnaryOperator<@Nullable String> header) {
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      String value = header.apply(algorithm.header());
      if (value != null) {
        // Stores that know no type mark a composite value by its number of parts.
        boolean composite =
            "COMPOSITE".equalsIgnoreCase(header.apply(TYPE_HEADER)) || value.indexOf('-') >= 0;
        if (composite || isOf(algorithm, value)) {
          return new ObjectChecksum(algorithm, value, composite);
        }
      }
    }
    return null;
  }

  private static boolean isOf(ChecksumAlgorithm algorithm, String value) {
    try {
      return Base64.getDecoder().decode(value).length == algorithm.bytes();
    } catch (IllegalArgumentException e) {
      return false; // not Base64: like none
    }
  }
}
