package io.thins3.bench.transports;

import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import io.thins3.bench.transports.server.ServedNames;
import io.thins3.bench.workload.Group;
import io.thins3.bench.workload.Work;
import io.thins3.bench.workload.WrongResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Clients that do nothing but stat files, each of which must be asked for. */
final class StatTask implements Task {
  private static final long BLOCK_BYTES = 4096;

  private final int clients;
  private final Unit unit;
  private final Amounts amounts;

  StatTask(int clients, Unit unit, Amounts amounts) {
    this.clients = clients;
    this.unit = unit;
    this.amounts = amounts;
  }

  @Override
  public StepInfo step() {
    return new StepInfo(
        "stat-" + clients,
        Group.META,
        "stat by %d clients, nothing cached in the kernel".formatted(clients),
        "%d threads: lstat of %d files in random order for %d ms"
            .formatted(clients, ServedNames.SMALL_FILES, amounts.stats().toMillis()),
        unit);
  }

  @Override
  public boolean uncached() {
    return true;
  }

  @Override
  public boolean hasReference() {
    return true;
  }

  @Override
  public void warmUp(Place place) throws Exception {
    load(place, amounts.warm());
  }

  @Override
  public Work run(Place place) throws Exception {
    long before = answers(place);
    Work work = load(place, amounts.stats());
    long answered = answers(place) - before;
    if (place.served() && answered < work.operations()) {
      throw new WrongResult(
          "the server answered %,d requests for %,d stats: the kernel answered the others"
              .formatted(answered, work.operations()));
    }
    return work;
  }

  private Work load(Place place, Duration length) throws Exception {
    List<Path> files =
        IntStream.range(0, ServedNames.SMALL_FILES)
            .mapToObj(i -> place.directory().resolve(ServedNames.small(i)))
            .toList();
    return new StatLoad(files, clients).run(length);
  }

  /** The servers show in statfs how often they gave attributes. */
  private static long answers(Place place) throws IOException {
    return Files.getFileStore(place.directory()).getTotalSpace() / BLOCK_BYTES;
  }
}
