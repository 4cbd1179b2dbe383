package io.thins3.bench.workload;

import io.thins3.bench.result.LatencyDistribution;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;

/** {@code stat} of the names of one directory, one by one, without listing it; then again. */
record StatNames() implements Workload {
  @Override
  public String id() {
    return "stat";
  }

  @Override
  public List<StepInfo> steps(Sizes sizes) {
    String title = "stat of %s names of one directory".formatted(Names.count(sizes.flatSmall()));
    return List.of(
        new StepInfo("stat.cold", Group.META, title + ", cold", "lstat each", Unit.SECONDS),
        new StepInfo("stat.warm", Group.META, title + ", again", "lstat each", Unit.SECONDS));
  }

  @Override
  public Set<DataSet> needs() {
    return Set.of(DataSet.FLAT_SMALL);
  }

  @Override
  public void run(Trial trial) throws Exception {
    List<Path> files = trial.layout().flatSmall().stream().map(trial.data()::resolve).toList();
    for (StepInfo step : steps(trial.sizes())) {
      trial.step(
          step.id(),
          () -> {
            long[] durations = new long[files.size()];
            for (int i = 0; i < durations.length; i++) {
              long start = System.nanoTime();
              Files.readAttributes(
                  files.get(i), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
              durations[i] = System.nanoTime() - start;
            }
            return Work.operations(durations.length)
                .withLatencies(LatencyDistribution.of(durations));
          });
    }
  }
}
