package io.thins3.bench.workload;

/** Data that is there before the first round and only read. */
public enum DataSet {
  /** The large file. */
  LARGE,
  /** The four files that are read together. */
  PARALLEL,
  /** The smaller flat directory. */
  FLAT_SMALL,
  /** The larger flat directory. */
  FLAT_LARGE,
  /** The tree of small files. */
  TREE,
  /** The tree on the local disk that is copied in. */
  COPY_SOURCE,
  /** Local files that curl uploads. */
  UPLOAD_SOURCES
}
