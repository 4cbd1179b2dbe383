package io.thins3.bench.workload;

import java.util.List;

/** All workloads. */
public final class Workloads {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  private Workloads() {}

  /** All of them, in the order of reports. */
  public static List<Workload> all() {
    return List.of(
        new MountOnly(),
        new SequentialRead("read-1m", MIB, SequentialRead.Shape.ONE),
        new SequentialRead("read-128k", 128 * KIB, SequentialRead.Shape.ONE),
        new SequentialRead("read-4-files", MIB, SequentialRead.Shape.FOUR_FILES),
        new SequentialRead("read-quarters", MIB, SequentialRead.Shape.QUARTERS),
        new FirstByte(),
        new RandomRead("random-4k", 4 * KIB, 1),
        new RandomRead("random-4k-8", 4 * KIB, 8),
        new RandomRead("random-128k", 128 * KIB, 1),
        new RandomRead("random-128k-8", 128 * KIB, 8),
        new RandomRead("random-1m", MIB, 1),
        new RandomRead("random-1m-4", MIB, 4),
        new RandomRead("random-1m-8", MIB, 8),
        new SequentialWrite("write-1m", MIB, 1),
        new SequentialWrite("write-128k", 128 * KIB, 1),
        new SequentialWrite("write-4-files", MIB, 4),
        new ListDirectory("ls-small", DataSet.FLAT_SMALL),
        new ListDirectory("ls-large", DataSet.FLAT_LARGE),
        new FindTree(),
        new StatNames(),
        new TarTree(),
        new CreateUnlink("create", 1),
        new CreateUnlink("create-16", 16),
        new CopyRemoveTree(),
        new RenameDirectory(),
        new AppendLoop());
  }

  /**
   * What {@code --quick} takes of them: each kind once, in under five minutes for three clients.
   */
  public static boolean quick(Workload workload) {
    return !List.of("random-4k-8", "random-128k", "random-1m", "random-1m-8", "write-128k")
        .contains(workload.id());
  }
}
