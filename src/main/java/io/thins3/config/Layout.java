package io.thins3.config;

/** Where the mounts of a Dataset lie below the mount point. */
public enum Layout {
  /** The only mount is the mount point's root. */
  ROOT,
  /** The root holds one directory for each mount. */
  TREE
}
