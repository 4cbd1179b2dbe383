package io.thins3.bench.workload;

import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import io.thins3.bench.server.Bucket;
import io.thins3.bench.server.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/** Appends to a file again and again, as a shell's {@code >>} does: open, write, close. */
record AppendLoop() implements Workload {
  private static final int APPEND_BYTES = 100;

  @Override
  public String id() {
    return "append";
  }

  @Override
  public List<StepInfo> steps(Sizes sizes) {
    return List.of(
        new StepInfo(
            id(),
            Group.SMALL,
            "%d appends of %d bytes to %s, each closed"
                .formatted(sizes.appends(), APPEND_BYTES, Names.bytes(sizes.appendBaseBytes())),
            "open(O_APPEND), write, close each; complete in the store",
            Unit.SECONDS));
  }

  @Override
  public void prepare(Bucket bucket, String prefix, Sizes sizes, Content content)
      throws IOException {
    bucket.put(prefix + "log", content.bytes(0, sizes.appendBaseBytes()));
  }

  @Override
  public void run(Trial trial) throws Exception {
    Path log = trial.scratch().resolve("log");
    byte[] line = trial.content().bytes(0, APPEND_BYTES);
    int appends = trial.sizes().appends();
    long size = trial.sizes().appendBaseBytes() + (long) appends * APPEND_BYTES;
    trial.step(
        id(),
        () -> {
          for (int i = 0; i < appends; i++) {
            Files.write(log, line, StandardOpenOption.APPEND);
          }
          return Work.operations(appends)
              .withBytes((long) appends * APPEND_BYTES)
              .publishing(Map.of("log", size));
        });
  }
}
