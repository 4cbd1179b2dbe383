package io.thins3.bench.workload;

import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import software.amazon.awssdk.http.SdkHttpMethod;

/** Reads large files from start to end with fio. */
record SequentialRead(String id, int blockBytes, Shape shape) implements Workload {
  /** Who reads what. */
  enum Shape {
    /** One reader of the large file. */
    ONE,
    /** Four readers, a file each. */
    FOUR_FILES,
    /** Four readers of the large file, a quarter each. */
    QUARTERS
  }

  private long bytes(Sizes sizes) {
    return shape == Shape.FOUR_FILES ? 4 * sizes.parallelBytes() : sizes.largeBytes();
  }

  @Override
  public List<StepInfo> steps(Sizes sizes) {
    String what =
        switch (shape) {
          case ONE -> Names.bytes(sizes.largeBytes());
          case FOUR_FILES -> "4 files of " + Names.bytes(sizes.parallelBytes()) + " at once";
          case QUARTERS -> Names.bytes(sizes.largeBytes()) + " by 4 readers, a quarter each";
        };
    List<Path> files =
        shape == Shape.FOUR_FILES ? List.of(Path.of("FILES")) : List.of(Path.of("FILE"));
    return List.of(
        new StepInfo(
            id,
            Group.READ,
            "read " + what + ", " + Names.bytes(blockBytes) + " blocks",
            Fio.describe(options(sizes, files)),
            Unit.MEBIBYTES_PER_SECOND));
  }

  @Override
  public Set<DataSet> needs() {
    return Set.of(shape == Shape.FOUR_FILES ? DataSet.PARALLEL : DataSet.LARGE);
  }

  private List<String> options(Sizes sizes, List<Path> files) {
    List<String> options = new ArrayList<>(List.of("--rw=read", "--bs=" + blockBytes));
    switch (shape) {
      case ONE -> options.add("--size=" + sizes.largeBytes());
      case FOUR_FILES -> options.add("--size=" + sizes.parallelBytes());
      case QUARTERS -> {
        long quarter = sizes.largeBytes() / 4;
        options.addAll(
            List.of("--numjobs=4", "--size=" + quarter, "--offset_increment=" + quarter));
      }
    }
    for (Path file : files) {
      options.addAll(Fio.job("read-" + file.getFileName(), file));
    }
    return options;
  }

  @Override
  public void run(Trial trial) throws Exception {
    Layout layout = trial.layout();
    List<String> names = shape == Shape.FOUR_FILES ? layout.parallel() : List.of(layout.large());
    List<Path> files = names.stream().map(trial.data()::resolve).toList();
    trial.step(
        id,
        () -> {
          Work work = Fio.run(trial.commands(), options(trial.sizes(), files));
          WrongResult.check("bytes read", bytes(trial.sizes()), work.bytes());
          return work;
        });
  }

  @Override
  public Optional<Reference> reference() {
    return Optional.of(
        new Reference(
            id,
            Set.of(DataSet.LARGE),
            context -> {
              var uri =
                  context
                      .presigner()
                      .object(SdkHttpMethod.GET, context.dataPrefix() + context.layout().large());
              long quarter = context.sizes().largeBytes() / 4;
              List<List<Curl.Request>> streams =
                  shape == Shape.ONE
                      ? List.of(List.of(Curl.Request.get(uri)))
                      : IntStream.range(0, 4)
                          .mapToObj(
                              i ->
                                  List.of(
                                      Curl.Request.range(uri, i * quarter, (i + 1) * quarter - 1)))
                          .toList();
              return Curl.run(context.commands(), streams);
            }));
  }
}
