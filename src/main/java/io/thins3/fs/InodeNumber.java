package io.thins3.fs;

import java.nio.charset.StandardCharsets;

/**
 * Inode numbers: a hash of bucket and path, so that a name keeps its number over lookups and
 * restarts without anything being stored.
 */
final class InodeNumber {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private InodeNumber() {}

  /** FNV-1a over the UTF-8 bytes, finished by MurmurHash3's mixer; never 0. */
  static long of(String scope, String path) {
    long hash = FNV_OFFSET;
    for (byte b : (scope + "/" + path).getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    hash ^= hash >>> 33;
    hash *= 0xff51afd7ed558ccdL;
    hash ^= hash >>> 33;
    return hash == 0 ? 1 : hash;
  }
}
