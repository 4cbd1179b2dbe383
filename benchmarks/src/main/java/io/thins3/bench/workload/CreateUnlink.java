package io.thins3.bench.workload;

import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import software.amazon.awssdk.http.SdkHttpMethod;

/** Creates, writes and closes small files, by one or by several writers, and unlinks them. */
record CreateUnlink(String id, int writers) implements Workload {
  static final int FILE_BYTES = 4 << 10;

  @Override
  public List<StepInfo> steps(Sizes sizes) {
    String by = writers == 1 ? "" : " by " + writers + " at once";
    String files = " " + Names.count(sizes.createFiles()) + " files";
    return List.of(
        new StepInfo(
            id + ".create",
            Group.SMALL,
            "create" + files + " of " + Names.bytes(FILE_BYTES) + by,
            "open(O_CREAT|O_EXCL), write, close each; complete in the store",
            Unit.SECONDS),
        new StepInfo(
            id + ".unlink",
            Group.SMALL,
            "unlink" + files + by,
            "unlink each; gone from the store",
            Unit.SECONDS));
  }

  private static List<String> names(Sizes sizes) {
    return IntStream.range(0, sizes.createFiles()).mapToObj(i -> "small-" + i).toList();
  }

  private interface OnFile {
    void accept(Path file) throws IOException;
  }

  private void onEach(Trial trial, OnFile action) throws Exception {
    List<Path> files = names(trial.sizes()).stream().map(trial.scratch()::resolve).toList();
    AtomicInteger next = new AtomicInteger();
    Parallel.collect(
        writers,
        writer -> {
          for (int i = next.getAndIncrement(); i < files.size(); i = next.getAndIncrement()) {
            action.accept(files.get(i));
          }
          return writer;
        });
  }

  @Override
  public void run(Trial trial) throws Exception {
    byte[] bytes = trial.content().bytes(0, FILE_BYTES);
    Map<String, Long> files = new LinkedHashMap<>();
    names(trial.sizes()).forEach(name -> files.put(name, (long) FILE_BYTES));
    trial.step(
        id + ".create",
        () -> {
          onEach(
              trial,
              file ->
                  Files.write(
                      file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
          return Work.operations(files.size()).publishing(files);
        });
    trial.step(
        id + ".unlink",
        () -> {
          onEach(trial, Files::delete);
          return Work.operations(files.size()).removing(files.keySet());
        });
  }

  @Override
  public Optional<Reference> reference() {
    return writers > 1
        ? Optional.empty()
        : Optional.of(new Reference(id + ".create", Set.of(DataSet.UPLOAD_SOURCES), this::puts));
  }

  /** Plain PUTs in a row. */
  private Work puts(Reference.Context context) throws Exception {
    Path file = context.uploadSources().resolve(DataSets.SMALL_FILE);
    List<Curl.Request> requests = new ArrayList<>();
    for (String name : names(context.sizes())) {
      requests.add(
          Curl.Request.put(
              context.presigner().object(SdkHttpMethod.PUT, context.scratchPrefix() + name), file));
    }
    return Curl.run(context.commands(), List.of(requests));
  }
}
