package io.thins3.read;

/** What became of the wish to have an object fetched ahead. */
public enum Prefetching {
  /** It is on its way, and its end will be told. */
  BEGUN,
  /** It is being read or fetched already, or its open asks nothing. */
  NOT_NEEDED,
  /** Not now: others need the memory more. */
  NO_MEMORY
}
