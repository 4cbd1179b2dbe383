package io.thins3.bench.workload;

/**
 * How much work there is.
 *
 * @param name of the scale
 * @param largeBytes of the large file that is read and written
 * @param parallelBytes of each of the four files that are read or written together
 * @param flatSmall entries of the smaller flat directory, at most 1,000
 * @param flatLarge entries of the larger flat directory
 * @param tree directories and files of the tree that is walked
 * @param copyFiles files of the tree that is copied in
 * @param createFiles files that are created and unlinked
 * @param renameFiles files of the directory that is renamed
 * @param appendBaseBytes size of the file that is appended to
 * @param appends of 100 bytes each
 * @param randomBytes that one random reader reads at most, in blocks of 128 KiB; 4 KiB blocks get a
 *     sixteenth, 1 MiB blocks twice as much; all readers together at most a quarter of the file
 * @param randomSeconds after which a random reader stops anyway
 */
public record Sizes(
    String name,
    long largeBytes,
    long parallelBytes,
    int flatSmall,
    int flatLarge,
    Tree tree,
    int copyFiles,
    int createFiles,
    int renameFiles,
    int appendBaseBytes,
    int appends,
    long randomBytes,
    int randomSeconds) {

  /**
   * Shape of a tree of small files, two levels deep.
   *
   * @param top directories at the top
   * @param perTop directories in each of them, where the files are
   * @param files in all
   */
  public record Tree(int top, int perTop, int files) {
    /** Directories that hold files. */
    public int leaves() {
      return top * perTop;
    }
  }

  private static final long MIB = 1 << 20;

  /** What figures are published from. */
  public static Sizes full() {
    return new Sizes(
        "full",
        1024 * MIB,
        256 * MIB,
        1000,
        20_000,
        new Tree(20, 10, 2000),
        640,
        100,
        100,
        8 << 20,
        10,
        128 * MIB,
        15);
  }

  /** A first impression. */
  public static Sizes quick() {
    return new Sizes(
        "quick",
        128 * MIB,
        32 * MIB,
        1000,
        3000,
        new Tree(10, 4, 400),
        100,
        100,
        100,
        8 << 20,
        10,
        24 * MIB,
        2);
  }

  /** For the tests of this program. */
  public static Sizes tiny() {
    return new Sizes("tiny", 4 * MIB, MIB, 20, 30, new Tree(2, 2, 8), 4, 5, 4, 64 << 10, 2, MIB, 1);
  }

  /** The scale of that name. */
  public static Sizes named(String name) {
    return switch (name) {
      case "full" -> full();
      case "quick" -> quick();
      case "tiny" -> tiny();
      default -> throw new IllegalArgumentException("no such scale: " + name);
    };
  }

  /**
   * Memory that one trial fills at most, in the page cache and in the client: what is read or
   * written of large files, and half a GiB.
   */
  public long pageCacheBytes() {
    return Math.max(largeBytes, 4 * parallelBytes) + 512 * MIB;
  }

  /**
   * Room that the data of our own server needs at its peak, copies' sources included: the large
   * file and the four, what one client writes, as much again until it is removed for good, small
   * files.
   */
  public long neededBytes() {
    return 3 * largeBytes + 4 * parallelBytes + localBytes();
  }

  /** Room that is needed where the server is somewhere else: the sources of copies and uploads. */
  public long localBytes() {
    return largeBytes + parallelBytes + 256 * MIB;
  }
}
