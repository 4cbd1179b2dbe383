package io.thins3.bench.transports;

import io.thins3.bench.measure.BackedMemory;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import io.thins3.bench.transports.server.ServedNames;
import io.thins3.bench.workload.Fio;
import io.thins3.bench.workload.Group;
import io.thins3.bench.workload.Names;
import io.thins3.bench.workload.Work;
import io.thins3.bench.workload.WrongResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One reader from start to end in blocks of 1 MiB, by fio. */
final class ReadTask implements Task {
  private static final int BLOCK_BYTES = 1 << 20;

  private final String id;
  private final String how;
  private final String file;
  private final long bytes;
  private final long warmBytes;
  private final boolean direct;

  private ReadTask(String id, String how, String file, long bytes, long warmBytes, boolean direct) {
    this.id = id;
    this.how = how;
    this.file = file;
    this.bytes = bytes;
    this.warmBytes = warmBytes;
    this.direct = direct;
  }

  /**
   * Through the page cache, on a mount that nothing was read from before: class loading,
   * compilation and the first callbacks of each thread are in the figure, as they are for a pod
   * that starts.
   */
  static ReadTask lateFirst(Amounts amounts) {
    return new ReadTask(
        "read-late",
        "through the page cache, first read of a mount",
        ServedNames.LATE,
        amounts.lateBytes(),
        0,
        false);
  }

  /** The same after other reads: what a transport costs per byte in the long run. */
  static ReadTask lateAgain(Amounts amounts) {
    return new ReadTask(
        "read-warm",
        "through the page cache, after others",
        ServedNames.LATE,
        amounts.lateBytes(),
        amounts.warmBytes(),
        false);
  }

  /** Past the page cache, with answers at once: what a request costs in time. */
  static ReadTask direct(Amounts amounts) {
    return new ReadTask(
        "read-direct",
        "with O_DIRECT",
        ServedNames.PROMPT,
        amounts.directBytes(),
        amounts.warmBytes(),
        true);
  }

  @Override
  public StepInfo step() {
    return new StepInfo(
        id,
        Group.READ,
        "read %s %s, 1 MiB blocks".formatted(Names.bytes(bytes), how),
        Fio.describe(options(Path.of("FILE"), bytes)),
        Unit.MEBIBYTES_PER_SECOND);
  }

  @Override
  public int lateMillis() {
    return file.equals(ServedNames.LATE) ? Amounts.LATE_MILLIS : 0;
  }

  private List<String> options(Path path, long size) {
    List<String> options =
        new ArrayList<>(List.of("--rw=read", "--bs=" + BLOCK_BYTES, "--size=" + size));
    if (direct) {
      options.add("--direct=1");
    }
    options.addAll(Fio.job(id, path));
    return options;
  }

  /** Mostly with answers at once: the same code, and no waiting. */
  @Override
  public void warmUp(Place place) throws Exception {
    if (warmBytes > 0) {
      read(place, ServedNames.PROMPT, warmBytes);
      if (lateMillis() > 0) {
        read(place, file, Math.max(BLOCK_BYTES, warmBytes / 32));
      }
    }
    if (!direct) {
      BackedMemory.touch(place.commands(), bytes + bytes / 8);
    }
  }

  @Override
  public Work run(Place place) throws Exception {
    Work work = read(place, file, bytes);
    WrongResult.check("bytes read", bytes, work.bytes());
    return work;
  }

  private Work read(Place place, String name, long size) throws Exception {
    return Fio.run(place.commands(), options(place.directory().resolve(name), size));
  }
}
