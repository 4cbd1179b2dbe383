package io.thins3.config;

/** The checksum that goes with uploads. */
public enum UploadChecksum {
  /** CRC-32C, for which processors have an instruction. */
  CRC32C,
  /** CRC-64/NVME, what S3 computes by itself. */
  CRC64NVME,
  /** None. */
  OFF
}
