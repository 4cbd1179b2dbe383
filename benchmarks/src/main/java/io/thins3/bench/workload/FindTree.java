package io.thins3.bench.workload;

import io.thins3.bench.process.Output;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * {@code find} over a tree of small files, cold, and then warm on the same mount, as {@link
 * ListDirectory} does it.
 */
record FindTree() implements Workload {
  private static final int WARM_PASSES = 5;

  @Override
  public String id() {
    return "find";
  }

  @Override
  public List<StepInfo> steps(Sizes sizes) {
    Sizes.Tree tree = sizes.tree();
    String title =
        "find over %s files in %d directories below %d"
            .formatted(Names.count(tree.files()), tree.leaves(), tree.top());
    return List.of(
        new StepInfo("find.cold", Group.META, title + ", cold", "find DIR", Unit.SECONDS),
        new StepInfo(
            "find.warm",
            Group.META,
            title + ", again",
            "find DIR, untimed; find DIR DIR ... (%d times), time of one".formatted(WARM_PASSES),
            Unit.SECONDS));
  }

  @Override
  public Set<DataSet> needs() {
    return Set.of(DataSet.TREE);
  }

  @Override
  public void run(Trial trial) throws Exception {
    Sizes.Tree tree = trial.sizes().tree();
    String path = trial.data().resolve("tree").toString();
    int entries = tree.files() + tree.leaves() + tree.top() + 1;
    trial.step(
        "find.cold",
        () -> {
          find(trial, path, 1, entries);
          return Work.operations(entries);
        });
    find(trial, path, 1, entries);
    trial.step(
        "find.warm",
        () -> Work.ofPasses(WARM_PASSES, entries, () -> find(trial, path, WARM_PASSES, entries)));
  }

  private static void find(Trial trial, String path, int passes, int entries)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("find"));
    command.addAll(Collections.nCopies(passes, path));
    Output output = trial.commands().require(command);
    WrongResult.check("entries found", (long) passes * entries, output.outputLines());
  }
}
