package io.thins3.bench.transports;

import io.thins3.bench.process.Output;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import io.thins3.bench.transports.server.ServedNames;
import io.thins3.bench.workload.Group;
import io.thins3.bench.workload.Names;
import io.thins3.bench.workload.Work;
import io.thins3.bench.workload.WrongResult;
import java.util.List;

/** {@code ls -l} of a directory that nobody has looked at before; equal others are the warm-up. */
final class ListTask implements Task {
  /** The directory that is measured. */
  static final int MEASURED = ServedNames.DIRECTORIES - 1;

  private final int entries;

  ListTask(Amounts amounts) {
    this.entries = amounts.entries();
  }

  @Override
  public StepInfo step() {
    return new StepInfo(
        "ls",
        Group.META,
        "ls -l of " + Names.count(entries) + " entries, cold",
        "ls -l DIR",
        Unit.SECONDS);
  }

  @Override
  public boolean hasReference() {
    return true;
  }

  @Override
  public void warmUp(Place place) throws Exception {
    for (int i = 0; place.served() && i < MEASURED; i++) {
      list(place, i);
    }
  }

  @Override
  public Work run(Place place) throws Exception {
    return list(place, MEASURED);
  }

  private Work list(Place place, int directory) throws Exception {
    String path = place.directory().resolve(ServedNames.directory(directory)).toString();
    Output output = place.commands().require(List.of("ls", "-l", path));
    // One line more than entries: "total N".
    WrongResult.check("entries listed", entries, output.outputLines() - 1);
    return Work.operations(entries);
  }
}
