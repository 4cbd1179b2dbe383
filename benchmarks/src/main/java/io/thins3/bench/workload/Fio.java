package io.thins3.bench.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thins3.bench.process.Commands;
import io.thins3.bench.process.Output;
import io.thins3.bench.result.LatencyDistribution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Reads by fio. Its clock starts before open() and ends after the last read (tried with delayed
 * system calls), so it is right for reads. It ends before close(), and fio opens files for writing
 * with O_RDWR: sequential writes are done by {@link SequentialWrite} instead.
 */
public final class Fio {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Fio() {}

  /** The options that all jobs share. */
  static List<String> command(List<String> options) {
    List<String> command = new ArrayList<>();
    command.add("fio");
    command.add("--output-format=json+");
    command.add("--readonly");
    command.add("--ioengine=psync");
    command.add("--invalidate=1");
    command.add("--group_reporting");
    command.addAll(options);
    return command;
  }

  /** In words, for the description of a step. */
  public static String describe(List<String> options) {
    return String.join(" ", command(options));
  }

  /** A job on one file: its name and its file. */
  public static List<String> job(String name, Path file) {
    // fio takes a colon as the separator of files.
    return List.of("--name=" + name, "--filename=" + file.toString().replace(":", "\\:"));
  }

  /** Runs jobs and sums them up; they are one reporting group. */
  public static Work run(Commands commands, List<String> options)
      throws IOException, InterruptedException {
    if (Commands.find("fio").isEmpty()) {
      throw new MissingProgram("fio", "apt-get install fio");
    }
    Output output = commands.run(command(options));
    String text = output.standardOutput();
    int start = text.indexOf('{');
    if (output.exitCode() != 0 || start < 0) {
      throw new IOException("fio: " + output.lastMessage());
    }
    return parse(JSON.readTree(text.substring(start)));
  }

  static Work parse(JsonNode report) throws IOException {
    JsonNode job = report.path("jobs").path(0);
    JsonNode read = job.path("read");
    if (job.path("error").asInt() != 0) {
      throw new IOException("fio: job error " + job.path("error").asInt());
    }
    TreeMap<Long, Long> bins = new TreeMap<>();
    read.path("clat_ns")
        .path("bins")
        .properties()
        .forEach(bin -> bins.put(Long.parseLong(bin.getKey()), bin.getValue().asLong()));
    // Milliseconds; a run of less than one is still a run.
    double seconds = Math.max(1, read.path("runtime").asLong()) / 1e3;
    return Work.operations(read.path("total_ios").asLong())
        .withBytes(read.path("io_bytes").asLong())
        .withOwnSeconds(seconds)
        .withLatencies(LatencyDistribution.ofHistogram(bins));
  }
}
