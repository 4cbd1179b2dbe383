package io.thins3.bench.workload;

/** Names of the groups of workloads, in the order of reports. */
public final class Group {
  /** Sequential reads and the first byte. */
  public static final String READ = "read";

  /** Random reads. */
  public static final String RANDOM = "random";

  /** Sequential writes. */
  public static final String WRITE = "write";

  /** Listing and looking up. */
  public static final String META = "meta";

  /** Small files: walking, creating, copying, renaming, removing. */
  public static final String SMALL = "small";

  /** Start of a mount. */
  public static final String MOUNT = "mount";

  private Group() {}
}
