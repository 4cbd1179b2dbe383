package io.thins3.bench.workload;

import io.thins3.bench.process.Output;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import java.util.List;
import java.util.Set;

/** {@code find} over a tree of small files, cold and then again on the same mount. */
record FindTree() implements Workload {
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
        new StepInfo("find.warm", Group.META, title + ", again", "find DIR", Unit.SECONDS));
  }

  @Override
  public Set<DataSet> needs() {
    return Set.of(DataSet.TREE);
  }

  @Override
  public void run(Trial trial) throws Exception {
    Sizes.Tree tree = trial.sizes().tree();
    String path = trial.data().resolve("tree").toString();
    for (StepInfo step : steps(trial.sizes())) {
      trial.step(
          step.id(),
          () -> {
            Output output = trial.commands().require(List.of("find", path));
            int expected = tree.files() + tree.leaves() + tree.top() + 1;
            WrongResult.check("entries found", expected, output.outputLines());
            return Work.operations(expected);
          });
    }
  }
}
