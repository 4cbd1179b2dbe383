package io.thins3.config;

/** Which of S3's two listings a store is asked for. */
public enum ListType {
  /** ListObjectsV2, and ListObjects once the store has shown that it does not know that. */
  AUTOMATIC,
  /** ListObjects, the older one. */
  V1,
  /** ListObjectsV2 and nothing else. */
  V2
}
