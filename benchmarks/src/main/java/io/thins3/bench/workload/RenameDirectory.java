package io.thins3.bench.workload;

import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import io.thins3.bench.server.Bucket;
import io.thins3.bench.server.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Renames a directory of small files. */
record RenameDirectory() implements Workload {
  private static final int FILE_BYTES = 16 << 10;

  @Override
  public String id() {
    return "rename-dir";
  }

  @Override
  public List<StepInfo> steps(Sizes sizes) {
    return List.of(
        new StepInfo(
            id(),
            Group.SMALL,
            "rename a directory of " + Names.count(sizes.renameFiles()) + " files",
            "rename(2); old names gone from the store, new ones complete",
            Unit.SECONDS));
  }

  private static List<String> names(Sizes sizes) {
    return IntStream.range(0, sizes.renameFiles()).mapToObj(i -> "/file-" + i).toList();
  }

  @Override
  public void prepare(Bucket bucket, String prefix, Sizes sizes, Content content)
      throws IOException, InterruptedException {
    bucket.putAll(
        names(sizes).stream().collect(Collectors.toMap(n -> prefix + "old" + n, n -> FILE_BYTES)),
        content);
  }

  @Override
  public void run(Trial trial) throws Exception {
    List<String> names = names(trial.sizes());
    Map<String, Long> renamed =
        names.stream().collect(Collectors.toMap(n -> "new" + n, n -> (long) FILE_BYTES));
    trial.step(
        id(),
        () -> {
          // ATOMIC_MOVE is rename(2) and nothing else; without it Java would copy on EXDEV.
          Files.move(
              trial.scratch().resolve("old"),
              trial.scratch().resolve("new"),
              StandardCopyOption.ATOMIC_MOVE);
          return Work.operations(names.size())
              .publishing(renamed)
              .removing(names.stream().map(n -> "old" + n).collect(Collectors.toSet()));
        });
  }
}
