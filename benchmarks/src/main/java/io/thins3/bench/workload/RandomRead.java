package io.thins3.bench.workload;

import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import software.amazon.awssdk.http.SdkHttpMethod;

/**
 * Reads blocks of the large file in random order, no block twice by one reader, at most a quarter
 * of the file by all readers together: what one reader has fetched must not be what serves the
 * others.
 */
record RandomRead(String id, int blockBytes, int readers) implements Workload {
  @Override
  public List<StepInfo> steps(Sizes sizes) {
    String who = readers == 1 ? "1 reader" : readers + " readers";
    return List.of(
        new StepInfo(
            id,
            Group.RANDOM,
            "random %s reads, %s".formatted(Names.bytes(blockBytes), who),
            Fio.describe(options(sizes, Path.of("FILE"), "SEED", false)),
            readers == 1 ? Unit.MEDIAN_MILLISECONDS : Unit.OPERATIONS_PER_SECOND));
  }

  @Override
  public Set<DataSet> needs() {
    return Set.of(DataSet.LARGE);
  }

  /** Reads of one reader. */
  long reads(Sizes sizes) {
    long bytes =
        switch (blockBytes) {
          case 4 << 10 -> sizes.randomBytes() / 16;
          case 128 << 10 -> sizes.randomBytes();
          default -> 2 * sizes.randomBytes();
        };
    return Math.max(1, Math.min(bytes, sizes.largeBytes() / 4 / readers) / blockBytes);
  }

  /** The number of reads bounds the work; the time bounds it too where only a rate is wanted. */
  List<String> options(Sizes sizes, Path file, String seed, boolean toTheEnd) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--rw=randread",
                "--bs=" + blockBytes,
                "--size=" + sizes.largeBytes(),
                "--number_ios=" + reads(sizes),
                "--randseed=" + seed,
                "--numjobs=" + readers));
    if (!toTheEnd) {
      options.add("--runtime=" + sizes.randomSeconds());
    }
    options.addAll(Fio.job("random", file));
    return options;
  }

  @Override
  public void run(Trial trial) throws Exception {
    Path file = trial.data().resolve(trial.layout().large());
    trial.step(
        id,
        () -> {
          String seed = Long.toString(trial.randomSeed());
          Work work =
              Fio.run(trial.commands(), options(trial.sizes(), file, seed, trial.counting()));
          WrongResult.check("bytes read", work.operations() * blockBytes, work.bytes());
          return work;
        });
  }

  @Override
  public Optional<Reference> reference() {
    return Optional.of(new Reference(id, Set.of(), this::rangedGets));
  }

  /** As many readers, one ranged GET a block, up to 200 each: a rate needs no more. */
  private Work rangedGets(Reference.Context context) throws Exception {
    var uri =
        context
            .presigner()
            .object(SdkHttpMethod.GET, context.dataPrefix() + context.layout().large());
    long blocks = context.sizes().largeBytes() / blockBytes;
    int each = (int) Math.min(200, reads(context.sizes()));
    List<List<Curl.Request>> streams =
        IntStream.range(0, readers)
            .mapToObj(
                reader ->
                    new SplittableRandom(context.randomSeed() + reader)
                        .longs(each, 0, blocks)
                        .map(block -> block * blockBytes)
                        .mapToObj(at -> Curl.Request.range(uri, at, at + blockBytes - 1))
                        .toList())
            .toList();
    return Curl.run(context.commands(), streams);
  }
}
