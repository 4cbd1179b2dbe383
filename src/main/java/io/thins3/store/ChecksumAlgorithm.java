package io.thins3.store;

import java.util.Locale;

/** How S3 computes an object's checksum, the one that is preferred first. */
public enum ChecksumAlgorithm {
  /** CRC-32C (Castagnoli). */
  CRC32C(4),
  /** CRC-32 (IEEE 802.3). */
  CRC32(4),
  /** CRC-64 of the NVMe specification; what S3 computes when the uploader names none. */
  CRC64NVME(8),
  /** SHA-256. */
  SHA256(32),
  /** SHA-1. */
  SHA1(20);

  private final int bytes;

  ChecksumAlgorithm(int bytes) {
    this.bytes = bytes;
  }

  /** Length of a value. */
  public int bytes() {
    return bytes;
  }

  /** The header field that carries a value. */
  String header() {
    return "x-amz-checksum-" + name().toLowerCase(Locale.ROOT);
  }
}
