package io.thins3.bench.workload;

import io.thins3.bench.process.Cleanup;
import io.thins3.bench.server.Bucket;
import io.thins3.bench.server.Content;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes the data that is only read. */
public final class DataSets {
  /** Name of the upload source of the large file's size. */
  static final String LARGE_FILE = "large";

  /** Name of the upload source of a parallel file's size. */
  static final String PARALLEL_FILE = "parallel";

  /** Name of the upload source of a small file's size. */
  static final String SMALL_FILE = "small";

  private final Cleanup cleanup;
  private final Bucket bucket;
  private final String prefix;
  private final Sizes sizes;
  private final Layout layout;
  private final Content content;
  private final Path local;

  /**
   * Data of a run.
   *
   * @param cleanup that removes {@code local} and the bucket
   * @param prefix of the run's directory in the bucket, ending in a slash
   * @param local directory for what lies outside the store
   */
  public DataSets(
      Cleanup cleanup,
      Bucket bucket,
      String prefix,
      Sizes sizes,
      Layout layout,
      Content content,
      Path local) {
    this.cleanup = cleanup;
    this.bucket = bucket;
    this.prefix = prefix;
    this.sizes = sizes;
    this.layout = layout;
    this.content = content;
    this.local = local;
  }

  /** The tree that is copied in. */
  public Path copySource() {
    return local.resolve("copy-source");
  }

  /** The files that curl uploads. */
  public Path uploadSources() {
    return local.resolve("upload-sources");
  }

  /** Makes one of them. */
  public void prepare(DataSet dataSet) throws IOException, InterruptedException {
    switch (dataSet) {
      case LARGE -> bucket.putLarge(prefix + layout.large(), content, sizes.largeBytes());
      case PARALLEL -> {
        for (String name : layout.parallel()) {
          bucket.putLarge(prefix + name, content, sizes.parallelBytes());
        }
      }
      case FLAT_SMALL -> putFlat(layout.flatSmall());
      case FLAT_LARGE -> putFlat(layout.flatLarge());
      case TREE -> putAll(layout.tree());
      case COPY_SOURCE -> {
        for (var file : layout.copySource().entrySet()) {
          write(copySource().resolve(file.getKey()), file.getValue());
        }
      }
      case UPLOAD_SOURCES -> {
        write(uploadSources().resolve(LARGE_FILE), sizes.largeBytes());
        write(uploadSources().resolve(PARALLEL_FILE), sizes.parallelBytes());
        write(uploadSources().resolve(SMALL_FILE), CreateUnlink.FILE_BYTES);
      }
    }
  }

  private void putFlat(List<String> names) throws IOException, InterruptedException {
    putAll(names.stream().collect(Collectors.toMap(name -> name, name -> 16)));
  }

  private void putAll(Map<String, Integer> files) throws IOException, InterruptedException {
    bucket.putAll(
        files.entrySet().stream()
            .collect(Collectors.toMap(file -> prefix + file.getKey(), Map.Entry::getValue)),
        content);
  }

  private void write(Path file, long size) throws IOException, InterruptedException {
    try (OutputStream out = cleanup.make(() -> create(file))) {
      for (long offset = 0; offset < size; offset += 1 << 20) {
        if (Thread.interrupted()) {
          throw new InterruptedException("the run is being ended");
        }
        out.write(content.bytes(offset, (int) Math.min(1 << 20, size - offset)));
      }
    }
  }

  private static OutputStream create(Path file) throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    return Files.newOutputStream(file);
  }
}
