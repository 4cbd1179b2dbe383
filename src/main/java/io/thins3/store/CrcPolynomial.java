package io.thins3.store;

/**
 * The arithmetic of a reflected CRC: polynomials over GF(2) modulo its generator. Bit {@code
 * width-1} of a word is x^0, bit 0 is x^(width-1).
 *
 * <p>A CRC whose register begins and ends inverted by the same word is linear in what follows a
 * text: the CRC of A and B together is that of A, times x^(bits of B), plus that of B. Immutable.
 *
 * @param width bits of the CRC, at most 64
 * @param generator the generator without its highest power, reflected
 */
public record CrcPolynomial(int width, long generator) {
  /** x^0. */
  public long one() {
    return 1L << (width - 1);
  }

  /** The product of two polynomials. */
  public long multiply(long a, long b) {
    long product = 0;
    for (long bit = one(); bit != 0; bit >>>= 1) {
      if ((a & bit) != 0) {
        product ^= b;
      }
      b = timesX(b);
    }
    return product;
  }

  /** A polynomial times x. */
  public long timesX(long a) {
    return (a & 1) == 0 ? a >>> 1 : (a >>> 1) ^ generator;
  }

  /** x^(8 * bytes): what a CRC is multiplied with when so many zero bytes follow. */
  public long power(long bytes) {
    long square = one();
    for (int i = 0; i < 8; i++) {
      square = timesX(square);
    }
    long power = one();
    for (long rest = bytes; rest != 0; rest >>>= 1) {
      if ((rest & 1) != 0) {
        power = multiply(power, square);
      }
      square = multiply(square, square);
    }
    return power;
  }

  /**
   * The CRC of two texts, one behind the other.
   *
   * @param bytes length of the second
   */
  public long combine(long first, long second, long bytes) {
    return multiply(first, power(bytes)) ^ second;
  }
}
