package io.thins3.bench.workload;

import io.thins3.bench.process.Output;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** {@code tar} of a tree of small files. */
record TarTree() implements Workload {
  @Override
  public String id() {
    return "tar";
  }

  @Override
  public List<StepInfo> steps(Sizes sizes) {
    Sizes.Tree tree = sizes.tree();
    return List.of(
        new StepInfo(
            "tar",
            Group.SMALL,
            "tar of %s files of 0.5 to 300 KB in %d directories"
                .formatted(Names.count(tree.files()), tree.leaves()),
            // To a pipe: tar does not read the files when it writes to /dev/null.
            "tar -cf - DIR, its output counted",
            Unit.SECONDS));
  }

  @Override
  public Set<DataSet> needs() {
    return Set.of(DataSet.TREE);
  }

  @Override
  public void run(Trial trial) throws Exception {
    long bytes = trial.layout().tree().values().stream().mapToLong(Integer::longValue).sum();
    trial.step(
        "tar",
        () -> {
          Output output =
              trial
                  .commands()
                  .count(List.of("tar", "-C", trial.data().toString(), "-cf", "-", "tree"));
          if (output.exitCode() != 0) {
            throw new IOException("tar: " + output.lastMessage());
          }
          if (output.outputBytes() < bytes) {
            throw new WrongResult(
                "an archive of %s bytes of %s bytes of files"
                    .formatted(Names.count(output.outputBytes()), Names.count(bytes)));
          }
          return Work.operations(trial.sizes().tree().files()).withBytes(bytes);
        });
  }
}
