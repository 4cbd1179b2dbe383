package io.thins3.config;

import java.nio.file.Path;

/** The options of writing; part of the registry {@link Options}. */
public final class WriteOptions {
  /** The storage class of new objects. */
  public static final Option<String> STORAGE_CLASS =
      Option.named("storage-class", ValueTypes.TEXT)
          .defaultNote("the store's usual one")
          .describedAs("What new objects are stored as, such as STANDARD_IA.");

  /** A canned ACL. */
  public static final Option<String> ACL =
      Option.named("acl", ValueTypes.TEXT)
          .defaultNote("the bucket's")
          .describedAs(
              "The canned ACL of new and changed objects, such as bucket-owner-full-control.");

  /** Encryption by the store. */
  public static final Option<Boolean> SSE =
      Option.named("sse", ValueTypes.FLAG)
          .defaultValue("false")
          .describedAs("The store encrypts new objects by a key of its own (SSE-S3, AES256).");

  /** Encryption by a managed key. */
  public static final Option<String> SSE_KMS =
      Option.named("sse-kms", ValueTypes.TEXT)
          .defaultNote("off")
          .describedAs(
              "The store encrypts new objects by this key of its key management; default is the"
                  + " account's own.");

  /** Encryption by the customer's key. */
  public static final Option<Path> SSE_C =
      Option.named("sse-c", ValueTypes.FILE)
          .defaultNote("off")
          .describedAs(
              "A file with a key, 32 bytes or those in Base64, that the store encrypts and decrypts"
                  + " all objects of the mount with and does not keep.");

  /** Who asks pays. */
  public static final Option<Boolean> REQUESTER_PAYS =
      Option.named("requester-pays", ValueTypes.FLAG)
          .defaultValue("false")
          .describedAs("Agree to pay for requests, as buckets of others demand it.");

  /** Tags of new objects. */
  public static final Option<String> TAGS =
      Option.named("tags", ValueTypes.TEXT)
          .defaultNote("none")
          .describedAs("Tags of new objects: name=value&name2=value2.");

  /** What becomes of others' changes. */
  public static final Option<ConflictPolicy> CONFLICT =
      Option.named("conflict", ValueTypes.choice(ConflictPolicy.class))
          .defaultValue("overwrite")
          .describedAs(
              "What close(2) does where others have changed the object since it was opened:"
                  + " overwrite replaces their version and logs it, fail gives ESTALE.");

  /** Checksums of what is sent. */
  public static final Option<UploadChecksum> UPLOAD_CHECKSUM =
      Option.named("upload-checksum", ValueTypes.choice(UploadChecksum.class))
          .defaultValue("crc32c")
          .describedAs(
              "The checksum that goes with each upload, for the store to compare and to keep:"
                  + " crc32c, crc64nvme (four times the work here) or off.");

  /** Where changes lie until they are published. */
  public static final Option<Path> STAGING_DIR =
      Option.named("staging-dir", ValueTypes.DIRECTORY)
          .scope(OptionScope.START)
          .defaultNote("thins3 in $XDG_CACHE_HOME, else /var/tmp/thins3-UID")
          .describedAs(
              "Where changes of files lie until they are published, unless they are written from"
                  + " their beginning on.");

  /** How much may lie there. */
  public static final Option<Long> STAGING_LIMIT =
      Option.named("staging-limit", ValueTypes.bytes(0))
          .scope(OptionScope.START)
          .defaultValue("10g")
          .describedAs(
              "The most that may lie in the staging directory, and never the last 5 % of its disk;"
                  + " beyond it writes fail with ENOSPC.");

  private WriteOptions() {}
}
