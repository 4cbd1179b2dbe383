package io.thins3.bench.workload;

import io.thins3.bench.process.Output;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * {@code ls -l} of a flat directory, cold, and then warm on the same mount: right after a pass that
 * is not timed, however long the cold one took. A warm pass takes milliseconds, as the start of the
 * program does: one program does several.
 */
record ListDirectory(String id, DataSet directory) implements Workload {
  private static final int PAGE = 1000;
  private static final int WARM_PASSES = 10;

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
        new StepInfo(
            id + ".warm",
            Group.META,
            title + ", again",
            "ls -l DIR, untimed; ls -l DIR DIR ... (%d times), time of one".formatted(WARM_PASSES),
            Unit.SECONDS));
  }

  @Override
  public Set<DataSet> needs() {
    return Set.of(directory);
  }

  @Override
  public void run(Trial trial) throws Exception {
    String parent = names(trial.layout()).get(0).replaceFirst("/.*", "");
    String path = trial.data().resolve(parent).toString();
    int entries = entries(trial.sizes());
    trial.step(
        id + ".cold",
        () -> {
          list(trial, path, 1, entries);
          return Work.operations(entries);
        });
    list(trial, path, 1, entries);
    trial.step(
        id + ".warm",
        () -> Work.ofPasses(WARM_PASSES, entries, () -> list(trial, path, WARM_PASSES, entries)));
  }

  private static void list(Trial trial, String path, int passes, int entries)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ls", "-l"));
    command.addAll(Collections.nCopies(passes, path));
    Output output = trial.commands().require(command);
    // One line more than entries: "total N"; of several directories also a title each, and an
    // empty line between two.
    int others = passes == 1 ? 1 : 3 * passes - 1;
    WrongResult.check("entries listed", (long) passes * entries, output.outputLines() - others);
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
