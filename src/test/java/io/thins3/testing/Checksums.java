package io.thins3.testing;

import io.thins3.store.ChecksumAlgorithm;
import io.thins3.store.ObjectChecksum;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** Checksums of content as a store has them, computed in one piece, from the first byte on. */
public final class Checksums {
  private Checksums() {}

  /** The checksum of the bytes that are given, one piece after the other. */
  public static final class Running {
    private final ChecksumAlgorithm algorithm;
    private final CRC32 crc32 = new CRC32();
    private final CRC32C crc32c = new CRC32C();
    private final MessageDigest digest;
    private long crc64 = -1;

    /** Of no bytes yet. */
    public Running(ChecksumAlgorithm algorithm) {
      this.algorithm = algorithm;
      try {
        this.digest =
            MessageDigest.getInstance(algorithm == ChecksumAlgorithm.SHA1 ? "SHA-1" : "SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Further bytes; the buffer's position stays. */
    public Running add(ByteBuffer bytes) {
      ByteBuffer text = bytes.duplicate();
      switch (algorithm) {
        case CRC32 -> crc32.update(text);
        case CRC32C -> crc32c.update(text);
        case SHA256, SHA1 -> digest.update(text);
        case CRC64NVME -> {
          while (text.hasRemaining()) {
            crc64 = (crc64 >>> 8) ^ BYTES[(int) (crc64 ^ text.get()) & 0xff];
          }
        }
      }
      return this;
    }

    /** Of all bytes that were given. */
    public ObjectChecksum value() {
      return ObjectChecksum.of(
          algorithm,
          switch (algorithm) {
            case CRC32 -> ByteBuffer.allocate(4).putInt((int) crc32.getValue()).array();
            case CRC32C -> ByteBuffer.allocate(4).putInt((int) crc32c.getValue()).array();
            case CRC64NVME -> ByteBuffer.allocate(8).putLong(~crc64).array();
            case SHA256, SHA1 -> digest.digest();
          });
    }
  }

  private static final long[] BYTES = bytes();

  private static long[] bytes() {
    long generator = Long.reverse(0xAD93D23594C93659L);
    long[] table = new long[256];
    for (int value = 0; value < 256; value++) {
      long crc = value;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ generator;
      }
      table[value] = crc;
    }
    return table;
  }

  /** The checksum of some bytes. */
  public static ObjectChecksum of(ChecksumAlgorithm algorithm, ByteBuffer content) {
    return new Running(algorithm).add(content).value();
  }
}
