package io.thins3.store;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that a HEAD says of an object.
 *
 * @param info key, size, ETag, time
 * @param userMetadata values by name, without {@code x-amz-meta-}, in small letters; as the store
 *     sends them, a character for each byte
 * @param kept other header fields that a copy loses unless they are sent again
 * @param storageClass such as STANDARD, also where the store does not say so
 * @param versionId of the version; null where the bucket keeps none
 * @param checksum null when the store has none
 */
public record ObjectDetails(
    ObjectInfo info,
    Map<String, String> userMetadata,
    Map<String, String> kept,
    String storageClass,
    @Nullable String versionId,
    @Nullable ObjectChecksum checksum) {
  /** What the names of user metadata begin with in a request. It counts for S3's limit of them. */
  public static final String META = "x-amz-meta-";

  static final String STORAGE_CLASS = "x-amz-storage-class";

  /** "Copying objects" of the Amazon S3 User Guide: with REPLACE all of these are the request's. */
  private static final Set<String> KEPT =
      Set.of(
          "cache-control",
          "content-disposition",
          "content-encoding",
          "content-language",
          "content-type",
          "expires",
          STORAGE_CLASS,
          "x-amz-server-side-encryption",
          "x-amz-server-side-encryption-aws-kms-key-id",
          "x-amz-server-side-encryption-bucket-key-enabled",
          "x-amz-website-redirect-location");

  /** Keeps unmodifiable copies. */
  public ObjectDetails {
    userMetadata = Map.copyOf(userMetadata);
    kept = Map.copyOf(kept);
  }

  /**
   * What an answer says.
   *
   * @param fields the header fields by their names in small letters
   */
  static ObjectDetails of(ObjectInfo info, Map<String, String> fields) {
    Map<String, String> user = new TreeMap<>();
    Map<String, String> kept = new TreeMap<>();
    fields.forEach(
        (name, value) -> {
          if (name.startsWith(META)) {
            user.put(name.substring(META.length()), value);
          } else if (KEPT.contains(name)) {
            kept.put(name, value);
          }
        });
    return new ObjectDetails(
        info,
        user,
        kept,
        fields.getOrDefault(STORAGE_CLASS, "STANDARD"),
        fields.get("x-amz-version-id"),
        ObjectChecksum.in(fields::get));
  }
}
