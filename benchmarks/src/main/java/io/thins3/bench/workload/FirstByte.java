package io.thins3.bench.workload;

import io.thins3.bench.result.LatencyDistribution;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awssdk.http.SdkHttpMethod;

/** The time from open() to the first byte of large files whose directory was listed before. */
record FirstByte() implements Workload {
  @Override
  public String id() {
    return "first-byte";
  }

  @Override
  public List<StepInfo> steps(Sizes sizes) {
    return List.of(
        new StepInfo(
            id(),
            Group.READ,
            "first byte of a large file, directory listed",
            "ls -l DIR; open, read 1 byte of each of 5 files",
            Unit.MEDIAN_MILLISECONDS));
  }

  @Override
  public Set<DataSet> needs() {
    return Set.of(DataSet.LARGE, DataSet.PARALLEL);
  }

  private static List<String> names(Layout layout) {
    List<String> names = new ArrayList<>(layout.parallel());
    names.add(layout.large());
    return names;
  }

  @Override
  public void run(Trial trial) throws Exception {
    List<Path> files = names(trial.layout()).stream().map(trial.data()::resolve).toList();
    try (Stream<Path> entries = Files.list(trial.data().resolve("large"))) {
      WrongResult.check("entries", files.size(), entries.filter(Files::isRegularFile).count());
    }
    trial.step(
        id(),
        () -> {
          long[] durations = new long[files.size()];
          for (int i = 0; i < durations.length; i++) {
            durations[i] = firstByte(files.get(i));
          }
          return Work.operations(durations.length).withLatencies(LatencyDistribution.of(durations));
        });
  }

  private static long firstByte(Path file) throws IOException {
    long start = System.nanoTime();
    try (FileChannel channel = FileChannel.open(file)) {
      WrongResult.check("bytes of a first read", 1, channel.read(ByteBuffer.allocateDirect(1)));
      return System.nanoTime() - start;
    }
  }

  @Override
  public Optional<Reference> reference() {
    return Optional.of(
        new Reference(
            id(),
            Set.of(),
            context ->
                Curl.run(
                    context.commands(),
                    List.of(
                        names(context.layout()).stream()
                            .map(
                                name ->
                                    Curl.Request.range(
                                        context
                                            .presigner()
                                            .object(SdkHttpMethod.GET, context.dataPrefix() + name),
                                        0,
                                        0))
                            .toList()))));
  }
}
