package io.thins3.bench.workload;

import io.thins3.bench.result.LatencyDistribution;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;

/**
 * {@code stat} of the names of one directory, one by one, without listing it, cold, and then warm:
 * right after a pass that is not timed, however long the cold one took.
 */
record StatNames() implements Workload {
  private static final int WARM_PASSES = 10;

  @Override
  public String id() {
    return "stat";
  }

  @Override
  public List<StepInfo> steps(Sizes sizes) {
    String title = "stat of %s names of one directory".formatted(Names.count(sizes.flatSmall()));
    return List.of(
        new StepInfo("stat.cold", Group.META, title + ", cold", "lstat each", Unit.SECONDS),
        new StepInfo(
            "stat.warm",
            Group.META,
            title + ", again",
            "lstat each, untimed; lstat each %d times, time of one".formatted(WARM_PASSES),
            Unit.SECONDS));
  }

  @Override
  public Set<DataSet> needs() {
    return Set.of(DataSet.FLAT_SMALL);
  }

  @Override
  public void run(Trial trial) throws Exception {
    List<Path> files = trial.layout().flatSmall().stream().map(trial.data()::resolve).toList();
    trial.step(
        "stat.cold",
        () -> Work.operations(files.size()).withLatencies(LatencyDistribution.of(stat(files, 1))));
    stat(files, 1);
    trial.step(
        "stat.warm",
        () -> {
          long start = System.nanoTime();
          long[] durations = stat(files, WARM_PASSES);
          double seconds = (System.nanoTime() - start) / 1e9;
          return Work.operations(durations.length)
              .withOwnSeconds(seconds / WARM_PASSES)
              .withLatencies(LatencyDistribution.of(durations));
        });
  }

  private static long[] stat(List<Path> files, int passes) throws IOException {
    long[] durations = new long[passes * files.size()];
    for (int i = 0; i < durations.length; i++) {
      long start = System.nanoTime();
      Files.readAttributes(
          files.get(i % files.size()), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      durations[i] = System.nanoTime() - start;
    }
    return durations;
  }
}
