package io.thins3.bench.workload;

import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import software.amazon.awssdk.http.SdkHttpMethod;

/** Writes one large file, or four at once, from open to close, until they are in the store. */
record SequentialWrite(String id, int blockBytes, int files) implements Workload {
  private long fileBytes(Sizes sizes) {
    return files == 1 ? sizes.largeBytes() : sizes.parallelBytes();
  }

  @Override
  public List<StepInfo> steps(Sizes sizes) {
    String what =
        files == 1
            ? Names.bytes(sizes.largeBytes())
            : files + " files of " + Names.bytes(sizes.parallelBytes()) + " at once";
    return List.of(
        new StepInfo(
            id,
            Group.WRITE,
            "write " + what + ", " + Names.bytes(blockBytes) + " blocks",
            "open(O_CREAT|O_EXCL), write in blocks, close, complete in the store",
            Unit.MEBIBYTES_PER_SECOND));
  }

  @Override
  public void run(Trial trial) throws Exception {
    long size = fileBytes(trial.sizes());
    Map<String, Long> files = new LinkedHashMap<>();
    IntStream.range(0, this.files).forEach(i -> files.put("written-" + i, size));
    List<String> names = List.copyOf(files.keySet());
    trial.step(
        id,
        () -> {
          Parallel.collect(
              this.files, i -> write(trial, trial.scratch().resolve(names.get(i)), size));
          return Work.operations(this.files).withBytes(this.files * size).publishing(files);
        });
  }

  private Path write(Trial trial, Path file, long size) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(blockBytes);
    trial.content().fill(block, 0);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long offset = 0; offset < size; offset += blockBytes) {
        // Only the stamps are renewed: making the data must not cost what writing it does.
        for (int i = 0; i < blockBytes; i += 4096) {
          block.putLong(i, offset + i);
        }
        block.clear().limit((int) Math.min(blockBytes, size - offset));
        while (block.hasRemaining()) {
          channel.write(block);
        }
      }
    }
    return file;
  }

  @Override
  public Optional<Reference> reference() {
    return Optional.of(
        new Reference(
            id,
            Set.of(DataSet.UPLOAD_SOURCES),
            context -> {
              String source = files == 1 ? DataSets.LARGE_FILE : DataSets.PARALLEL_FILE;
              List<List<Curl.Request>> streams =
                  IntStream.range(0, files)
                      .mapToObj(
                          i ->
                              List.of(
                                  Curl.Request.put(
                                      context
                                          .presigner()
                                          .object(
                                              SdkHttpMethod.PUT,
                                              context.scratchPrefix() + "curl-" + i),
                                      context.uploadSources().resolve(source))))
                      .toList();
              return Curl.run(context.commands(), streams);
            }));
  }
}
