package io.thins3.fuse;

/**
 * How many nodes the kernel knows.
 *
 * @param known besides the root, now; 0 where the transport does not know
 * @param takenBack names that the kernel was made to forget so far, because it knew too many
 */
public record NodeCounts(long known, long takenBack) {
  /** Of a transport that does not know. */
  public static final NodeCounts NONE = new NodeCounts(0, 0);
}
