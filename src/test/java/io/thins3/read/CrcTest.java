package io.thins3.read;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.store.Crc64Nvme;
import io.thins3.store.CrcPolynomial;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** CRCs of blocks, and of texts put together, against CRCs bit by bit and those of the JDK. */
class CrcTest {
  /** Bit by bit, from the generator as it is written down: highest power first. */
  private static long slow(long generator, int width, byte[] text) {
    long mask = width == 64 ? -1 : (1L << width) - 1;
    long register = mask;
    for (byte value : text) {
      for (int bit = 0; bit < 8; bit++) { // the lowest bit of a byte first
        boolean out = (register >>> (width - 1) & 1) != (value >>> bit & 1);
        register = register << 1 & mask;
        if (out) {
          register ^= generator;
        }
      }
    }
    return Long.reverse(register) >>> (64 - width) ^ mask;
  }

  private static long slow(BlockCrc crc, byte[] text) {
    return switch (crc) {
      case CRC32C -> slow(0x1EDC6F41L, 32, text);
      case CRC32 -> slow(0x04C11DB7L, 32, text);
      case CRC64NVME -> slow(0xAD93D23594C93659L, 64, text);
    };
  }

  @ParameterizedTest
  @CsvSource({"CRC32C, e3069283", "CRC32, cbf43926", "CRC64NVME, ae8b14860a799888"})
  void of_checkText_isThePublishedValue(BlockCrc crc, String value) {
    byte[] text = "123456789".getBytes(US_ASCII);
    assertThat(Long.toHexString(crc.of(ByteBuffer.wrap(text)))).isEqualTo(value);
    assertThat(Long.toHexString(slow(crc, text))).isEqualTo(value);
  }

  @Test
  void bytes_mostSignificantFirst_asS3WritesThem() {
    byte[] hello = "hello world".getBytes(US_ASCII);
    long crc = BlockCrc.CRC32C.of(ByteBuffer.wrap(hello));
    assertThat(Base64.getEncoder().encodeToString(BlockCrc.CRC32C.bytes(crc)))
        .isEqualTo("yZRlqg==");
    assertThat(BlockCrc.CRC64NVME.bytes(0x0102030405060708L))
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
  }

  @ParameterizedTest
  @EnumSource(BlockCrc.class)
  void of_anyLengthAndPlace_isThatBitByBit(BlockCrc crc) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      int length = i == 0 ? 0 : i < 4 ? CacheBlock.BYTES : random.nextInt(i < 40 ? 100 : 5000);
      byte[] text = new byte[length];
      random.nextBytes(text);
      int before = random.nextInt(9);
      ByteBuffer direct = ByteBuffer.allocateDirect(before + length + 7);
      direct.position(before).limit(before + length);
      direct.put(text).position(before);
      assertThat(crc.of(direct))
          .as("%s bytes at %s, seed %s", length, before, seed)
          .isEqualTo(slow(crc, text));
      assertThat(direct.position()).isEqualTo(before);
      assertThat(crc.of(ByteBuffer.wrap(text).asReadOnlyBuffer())).isEqualTo(slow(crc, text));
    }
  }

  @ParameterizedTest
  @EnumSource(BlockCrc.class)
  void combine_anySplit_isTheCrcOfBoth(BlockCrc crc) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] text = new byte[3 * CacheBlock.BYTES];
    random.nextBytes(text);
    for (int i = 0; i < 100; i++) {
      int length = random.nextInt(text.length);
      int second = i % 4 == 0 ? Math.min(length, CacheBlock.BYTES) : random.nextInt(length + 1);
      long both = crc.of(ByteBuffer.wrap(text, 0, length));
      long a = crc.of(ByteBuffer.wrap(text, 0, length - second));
      long b = crc.of(ByteBuffer.wrap(text, length - second, second));
      assertThat(crc.combine(a, b, second))
          .as("%s and %s bytes, seed %s", length - second, second, seed)
          .isEqualTo(both);
    }
  }

  @ParameterizedTest
  @EnumSource(BlockCrc.class)
  void power_terabytes_isThatOfItsFactors(BlockCrc crc) {
    CrcPolynomial polynomial =
        switch (crc) {
          case CRC32C -> new CrcPolynomial(32, 0x82F63B78L);
          case CRC32 -> new CrcPolynomial(32, 0xEDB88320L);
          case CRC64NVME -> Crc64Nvme.POLYNOMIAL;
        };
    long mebibyte = polynomial.power(1 << 20);
    long power = mebibyte;
    for (int i = 0; i < 20; i++) {
      power = polynomial.multiply(power, power);
    }
    assertThat(polynomial.power(1L << 40)).isEqualTo(power);
    assertThat(polynomial.power(0)).isEqualTo(polynomial.one());
  }

  @ParameterizedTest
  @EnumSource(BlockCrc.class)
  void sums_anyOrder_areTheCrcOfTheWhole(BlockCrc crc) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      int size = 1 + random.nextInt(12 * CacheBlock.BYTES);
      if (i % 4 == 0) {
        size = (1 + random.nextInt(12)) * CacheBlock.BYTES;
      }
      byte[] text = new byte[size];
      random.nextBytes(text);
      BlockSums sums = new BlockSums(crc, size);
      List<Integer> order = new ArrayList<>();
      for (int block = 0; (long) block * CacheBlock.BYTES < size; block++) {
        order.add(block);
      }
      Collections.shuffle(order, random);
      for (int block : order) {
        assertThat(sums.isComplete()).isFalse();
        assertThat(sums.has(block)).isFalse();
        int from = block * CacheBlock.BYTES;
        long sum = crc.of(ByteBuffer.wrap(text, from, Math.min(CacheBlock.BYTES, size - from)));
        assertThat(sums.put(block, sum)).isTrue();
        assertThat(sums.put(block, sum)).as("the same again").isTrue();
        assertThat(sums.put(block, sum ^ 4)).as("another one").isFalse();
      }
      assertThat(sums.isComplete()).isTrue();
      assertThat(sums.whole())
          .as("%s bytes in the order %s, seed %s", size, order, seed)
          .isEqualTo(crc.of(ByteBuffer.wrap(text)));
    }
  }

  @Test
  void sums_manyBlocks_needNoMoreThanTheirTable() {
    int blocks = 5000;
    BlockSums sums = new BlockSums(BlockCrc.CRC64NVME, (long) blocks * CacheBlock.BYTES);
    byte[] zeros = new byte[CacheBlock.BYTES];
    long sum = BlockCrc.CRC64NVME.of(ByteBuffer.wrap(zeros));
    long expected = 0;
    for (int i = blocks - 1; i >= 0; i--) {
      assertThatThrownBy(sums::whole).isInstanceOf(IllegalStateException.class);
      sums.put(i, sum);
      expected =
          i == blocks - 1 ? sum : BlockCrc.CRC64NVME.combine(expected, sum, CacheBlock.BYTES);
    }
    assertThat(sums.count()).isEqualTo(blocks);
    assertThat(sums.whole()).isEqualTo(expected);
  }
}
