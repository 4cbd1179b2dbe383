package io.thins3.config;

import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is said of every object that a mount stores, and of its requests. Immutable.
 *
 * @param storageClass null: the store's usual one
 * @param acl a canned ACL, or null
 * @param encryption by the store's keys: AES256 or aws:kms, or null
 * @param kmsKey the id of the key for aws:kms; null: the account's
 * @param customerKey 32 bytes in Base64, with which the store encrypts and never keeps it; or null
 * @param requesterPays whether who asks agrees to pay
 * @param tags by name
 * @param conflict what is done where others have changed an object
 * @param checksum what goes with each upload
 */
public record UploadSettings(
    @Nullable String storageClass,
    @Nullable String acl,
    @Nullable String encryption,
    @Nullable String kmsKey,
    @Nullable Secret customerKey,
    boolean requesterPays,
    SortedMap<String, String> tags,
    ConflictPolicy conflict,
    UploadChecksum checksum) {
  /** Nothing is said. */
  public static final UploadSettings NONE =
      new UploadSettings(null, null, null, null, null, false, new TreeMap<>());

  /** With the defaults of what is not said to the store. */
  public UploadSettings(
      @Nullable String storageClass,
      @Nullable String acl,
      @Nullable String encryption,
      @Nullable String kmsKey,
      @Nullable Secret customerKey,
      boolean requesterPays,
      SortedMap<String, String> tags) {
    this(
        storageClass,
        acl,
        encryption,
        kmsKey,
        customerKey,
        requesterPays,
        tags,
        ConflictPolicy.OVERWRITE,
        UploadChecksum.CRC32C);
  }

  /** Keeps an unmodifiable copy. */
  public UploadSettings {
    tags = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(tags));
  }
}
