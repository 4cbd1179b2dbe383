package io.thins3.config;

/** What is done where others have changed an object that is to be published. */
public enum ConflictPolicy {
  /** The last writer wins; it is logged and counted. */
  OVERWRITE,
  /** close(2) fails. */
  FAIL
}
