package io.thins3.bench.workload;

import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code cp -r} of a tree into the mount, and {@code rm -r} of it there. */
record CopyRemoveTree() implements Workload {
  @Override
  public String id() {
    return "cp-r";
  }

  @Override
  public List<StepInfo> steps(Sizes sizes) {
    String files = Names.count(sizes.copyFiles()) + " files, 150 KB each on average";
    return List.of(
        new StepInfo(
            "cp-r.cp",
            Group.SMALL,
            "cp -r of " + files,
            "cp -r SOURCE DIR; complete in the store",
            Unit.SECONDS),
        new StepInfo(
            "cp-r.rm",
            Group.SMALL,
            "rm -r of them",
            "rm -r DIR; gone from the store",
            Unit.SECONDS));
  }

  @Override
  public Set<DataSet> needs() {
    return Set.of(DataSet.COPY_SOURCE);
  }

  @Override
  public void run(Trial trial) throws Exception {
    Map<String, Long> files =
        trial.layout().copySource().entrySet().stream()
            .collect(Collectors.toMap(e -> "copy/" + e.getKey(), e -> (long) e.getValue()));
    String target = trial.scratch().resolve("copy").toString();
    trial.step(
        "cp-r.cp",
        () -> {
          trial.commands().require(List.of("cp", "-r", trial.copySource().toString(), target));
          return Work.operations(files.size())
              .withBytes(files.values().stream().mapToLong(Long::longValue).sum())
              .publishing(files);
        });
    trial.step(
        "cp-r.rm",
        () -> {
          trial.commands().require(List.of("rm", "-r", target));
          return Work.operations(files.size()).removing(files.keySet());
        });
  }
}
