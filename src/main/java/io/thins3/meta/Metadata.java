package io.thins3.meta;

import java.time.Instant;

/** What the cache knows of a path. Immutable. */
public sealed interface Metadata {
  /**
   * A file: one version of an object.
   *
   * @param size bytes
   * @param etag entity tag of this version, with its quotes
   * @param lastModified whole seconds
   */
  record FileMetadata(long size, String etag, Instant lastModified) implements Metadata {}

  /** A directory: a marker object, or a prefix with keys below it. */
  record DirectoryMetadata() implements Metadata {}
}
