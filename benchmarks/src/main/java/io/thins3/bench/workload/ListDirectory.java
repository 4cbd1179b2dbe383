package io.thins3.bench.workload;

import io.thins3.bench.process.Output;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** {@code ls -l} of a flat directory, cold and then again on the same mount. */
record ListDirectory(String id, DataSet directory) implements Workload {
  private static final int PAGE = 1000;

  private int entries(Sizes sizes) {
    return directory == DataSet.FLAT_SMALL ? sizes.flatSmall() : sizes.flatLarge();
  }

  private List<String> names(Layout layout) {
    return directory == DataSet.FLAT_SMALL ? layout.flatSmall() : layout.flatLarge();
  }

  @Override
  public List<StepInfo> steps(Sizes sizes) {
    String title = "ls -l of " + Names.count(entries(sizes)) + " entries";
    return List.of(
        new StepInfo(id + ".cold", Group.META, title + ", cold", "ls -l DIR", Unit.SECONDS),
        new StepInfo(id + ".warm", Group.META, title + ", again", "ls -l DIR", Unit.SECONDS));
  }

  @Override
  public Set<DataSet> needs() {
    return Set.of(directory);
  }

  @Override
  public void run(Trial trial) throws Exception {
    String parent = names(trial.layout()).get(0).replaceFirst("/.*", "");
    String path = trial.data().resolve(parent).toString();
    for (StepInfo step : steps(trial.sizes())) {
      trial.step(
          step.id(),
          () -> {
            Output output = trial.commands().require(List.of("ls", "-l", path));
            int entries = entries(trial.sizes());
            // One line more than entries: "total N".
            WrongResult.check("entries listed", entries, output.outputLines() - 1);
            return Work.operations(entries);
          });
    }
  }

  @Override
  public Optional<Reference> reference() {
    return Optional.of(new Reference(id + ".cold", Set.of(), this::rawPages));
  }

  /** The pages of the listing one after the other, as a client must fetch them. */
  private Work rawPages(Reference.Context context) throws Exception {
    List<String> names = names(context.layout());
    String parent = context.dataPrefix() + names.get(0).replaceFirst("/.*", "/");
    List<Curl.Request> pages = new ArrayList<>();
    for (int i = 0; i < names.size(); i += PAGE) {
      String after = i == 0 ? "" : context.dataPrefix() + names.get(i - 1);
      pages.add(Curl.Request.get(context.presigner().list(parent, after)));
    }
    Work work = Curl.run(context.commands(), List.of(pages));
    return Work.operations(names.size())
        .withBytes(work.bytes())
        .withOwnSeconds(Objects.requireNonNull(work.ownSeconds()));
  }
}
