package io.thins3.config;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One bucket (or a prefix of one) and how it is served. Immutable.
 *
 * @param name the Dataset's name for this mount, or the bucket's name
 * @param path where it lies below the mount point: "/" or an absolute path without "." and ".."
 * @param bucket bucket name
 * @param prefix "" or a prefix that ends in "/"
 * @param endpoint scheme, host and port of the store; null: AWS
 * @param region region for signing; null: found from the environment, or from the bucket itself
 * @param credentials where the credentials come from
 * @param pathStyle buckets go into the path instead of the host name
 * @param readOnly every change is refused with EROFS
 * @param uid owner of all files
 * @param gid group of all files
 * @param fileMode permission bits of files
 * @param directoryMode permission bits of directories
 * @param metadataTtl how long attributes and listings are believed
 * @param negativeTtl how long the absence of a name is believed
 * @param cheap ask for a name's two meanings one after the other: fewer requests, more waiting
 * @param implicitDirectories prefixes without a marker object are directories
 * @param siblingReadAhead small files are fetched ahead of who walks through directories
 * @param http how requests travel to the store
 * @param uploads what is said of objects that are stored
 */
public record BucketMount(
    String name,
    String path,
    String bucket,
    String prefix,
    @Nullable URI endpoint,
    @Nullable String region,
    Credentials credentials,
    boolean pathStyle,
    boolean readOnly,
    int uid,
    int gid,
    int fileMode,
    int directoryMode,
    Duration metadataTtl,
    Duration negativeTtl,
    boolean cheap,
    boolean implicitDirectories,
    boolean siblingReadAhead,
    HttpSettings http,
    UploadSettings uploads) {
  /** A mount that says nothing of what it stores. */
  public BucketMount(
      String name,
      String path,
      String bucket,
      String prefix,
      @Nullable URI endpoint,
      @Nullable String region,
      Credentials credentials,
      boolean pathStyle,
      boolean readOnly,
      int uid,
      int gid,
      int fileMode,
      int directoryMode,
      Duration metadataTtl,
      Duration negativeTtl,
      boolean cheap,
      boolean implicitDirectories,
      boolean siblingReadAhead,
      HttpSettings http) {
    this(
        name,
        path,
        bucket,
        prefix,
        endpoint,
        region,
        credentials,
        pathStyle,
        readOnly,
        uid,
        gid,
        fileMode,
        directoryMode,
        metadataTtl,
        negativeTtl,
        cheap,
        implicitDirectories,
        siblingReadAhead,
        http,
        UploadSettings.NONE);
  }

  /** Longest wait for a connection, and for the next byte of an answer. */
  public Duration httpTimeout() {
    return http.timeout();
  }
}
