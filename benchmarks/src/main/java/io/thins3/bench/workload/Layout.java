package io.thins3.bench.workload;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Names and sizes of the prepared files, relative to the run's directory in the bucket. Depends on
 * the sizes and the seed alone. Immutable.
 */
public final class Layout {
  /** Small files have 0.5 to 300 KB, as many below 12 KB as above it (uniform in the logarithm). */
  private static final double SMALLEST_FILE = 512;

  private static final double LARGEST_FILE = 300_000;

  private final Sizes sizes;
  private final long seed;

  /** The layout of a run. */
  public Layout(Sizes sizes, long seed) {
    this.sizes = sizes;
    this.seed = seed;
  }

  /** The large file. */
  public String large() {
    return "large/one";
  }

  /** The four files that are read together. */
  public List<String> parallel() {
    return IntStream.range(0, 4).mapToObj(i -> "large/part-" + i).toList();
  }

  /** The names in the smaller flat directory, sorted. */
  public List<String> flatSmall() {
    return flat("flat-small", sizes.flatSmall());
  }

  /** The names in the larger flat directory, sorted. */
  public List<String> flatLarge() {
    return flat("flat-large", sizes.flatLarge());
  }

  private static List<String> flat(String directory, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "%s/entry-%05d.dat".formatted(directory, i))
        .toList();
  }

  /** The tree that is walked: path to size, sorted. */
  public Map<String, Integer> tree() {
    SplittableRandom random = new SplittableRandom(seed);
    Sizes.Tree tree = sizes.tree();
    Map<String, Integer> files = new LinkedHashMap<>();
    for (int i = 0; i < tree.files(); i++) {
      int leaf = (int) ((long) i * tree.leaves() / tree.files());
      files.put(
          "tree/top-%02d/dir-%02d/file-%05d.bin"
              .formatted(leaf / tree.perTop(), leaf % tree.perTop(), i),
          smallFile(random));
    }
    return files;
  }

  /** The tree that is copied in: path to size; 16 files a directory. */
  public Map<String, Integer> copySource() {
    SplittableRandom random = new SplittableRandom(seed + 1);
    Map<String, Integer> files = new LinkedHashMap<>();
    for (int i = 0; i < sizes.copyFiles(); i++) {
      // Uniform: 150 KB each on average, 96 MB for 640 of them.
      files.put(
          "dir-%02d/file-%03d.bin".formatted(i / 16, i),
          random.nextInt((int) SMALLEST_FILE, (int) LARGEST_FILE));
    }
    return files;
  }

  private static int smallFile(SplittableRandom random) {
    return (int) (SMALLEST_FILE * Math.pow(LARGEST_FILE / SMALLEST_FILE, random.nextDouble()));
  }
}
