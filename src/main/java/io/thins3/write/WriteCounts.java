package io.thins3.write;

/**
 * What writers did so far, and hold.
 *
 * @param puts files that were published by one PUT
 * @param uploads files that were published in parts
 * @param parts that were sent
 * @param copiedParts that were copied on the server
 * @param bytes that were sent
 * @param fetched bytes that were read back from the store to be sent again
 * @param conflicts publications that met another version than they knew
 * @param failures publications that failed
 * @param waits writes that waited for their parts to go out
 * @param open files that are being written
 * @param staged bytes in the staging directory
 */
public record WriteCounts(
    long puts,
    long uploads,
    long parts,
    long copiedParts,
    long bytes,
    long fetched,
    long conflicts,
    long failures,
    long waits,
    int open,
    long staged) {
  /** Nothing. */
  public static final WriteCounts NONE = new WriteCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** The sums of both. */
  public WriteCounts plus(WriteCounts other) {
    return new WriteCounts(
        puts + other.puts,
        uploads + other.uploads,
        parts + other.parts,
        copiedParts + other.copiedParts,
        bytes + other.bytes,
        fetched + other.fetched,
        conflicts + other.conflicts,
        failures + other.failures,
        waits + other.waits,
        open + other.open,
        staged + other.staged);
  }
}
