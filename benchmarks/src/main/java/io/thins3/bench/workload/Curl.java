package io.thins3.bench.workload;

import io.thins3.bench.process.Commands;
import io.thins3.bench.process.Output;
import io.thins3.bench.result.LatencyDistribution;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs curl: one process a stream, the requests of a stream one after the other on one connection.
 * The time is curl's own (time_total of each request), so that the start of the program is not in
 * it: a stream takes the sum of its requests. Several streams take from the first one's start to
 * the last one's end; a stream started when it ended less its own time. Addresses go through
 * standard input, because they carry signatures.
 */
final class Curl {
  /**
   * One request.
   *
   * @param range first and last byte, for a part of an object
   * @param upload a file to send; a GET otherwise
   */
  record Request(URI uri, @Nullable String range, @Nullable Path upload) {
    static Request get(URI uri) {
      return new Request(uri, null, null);
    }

    static Request range(URI uri, long first, long last) {
      return new Request(uri, first + "-" + last, null);
    }

    static Request put(URI uri, Path file) {
      return new Request(uri, null, file);
    }
  }

  /**
   * One request that was answered.
   *
   * @param bytes of the body, sent or received
   * @param seconds by curl's clock
   */
  record Transfer(long bytes, double seconds) {}

  /**
   * What a stream did.
   *
   * @param endNanos when curl had ended, by the clock of this program
   */
  record Stream(List<Transfer> transfers, long endNanos) {
    private double seconds() {
      return transfers.stream().mapToDouble(Transfer::seconds).sum();
    }
  }

  private Curl() {}

  /** Runs all streams at the same time. */
  static Work run(Commands commands, List<List<Request>> streams) throws Exception {
    return sum(Parallel.collect(streams.size(), i -> stream(commands, streams.get(i))));
  }

  /** Sums streams up that ran at the same time. */
  static Work sum(List<Stream> streams) {
    List<Transfer> all = streams.stream().flatMap(s -> s.transfers().stream()).toList();
    // Relative to one of them: nanoseconds since boot lose their last digits in a double.
    long zero = streams.get(0).endNanos();
    double firstStart =
        streams.stream().mapToDouble(s -> end(s, zero) - s.seconds()).min().orElseThrow();
    double lastEnd = streams.stream().mapToDouble(s -> end(s, zero)).max().orElseThrow();
    return Work.operations(all.size())
        .withBytes(all.stream().mapToLong(Transfer::bytes).sum())
        .withOwnSeconds(lastEnd - firstStart)
        .withLatencies(
            LatencyDistribution.of(
                all.stream().mapToLong(t -> Math.round(t.seconds() * 1e9)).toArray()));
  }

  private static double end(Stream stream, long zero) {
    return (stream.endNanos() - zero) / 1e9;
  }

  private static Stream stream(Commands commands, List<Request> requests)
      throws IOException, InterruptedException {
    StringBuilder config = new StringBuilder();
    for (Request request : requests) {
      if (!config.isEmpty()) {
        config.append("next\n");
      }
      config
          .append("silent\nshow-error\noutput = \"/dev/null\"\n")
          .append("write-out = \"%{http_code} %{size_download} %{size_upload} %{time_total}\\n\"\n")
          .append("url = \"%s\"\n".formatted(request.uri()));
      if (request.range() != null) {
        config.append("range = \"%s\"\n".formatted(request.range()));
      }
      if (request.upload() != null) {
        config.append("upload-file = \"%s\"\n".formatted(request.upload()));
        // Without it curl asks first whether it may send: a round trip more.
        config.append("header = \"Expect:\"\n");
      }
    }
    Output output = commands.run(List.of("curl", "-K", "-"), config.toString(), true);
    long ended = System.nanoTime();
    if (output.exitCode() != 0) {
      throw new IOException("curl: " + output.lastMessage());
    }
    List<Transfer> transfers = new ArrayList<>();
    for (String line : output.standardOutput().lines().toList()) {
      String[] fields = line.split(" ", -1);
      if (!fields[0].startsWith("2")) {
        throw new IOException("curl: the server answered " + fields[0]);
      }
      long bytes = Long.parseLong(fields[1]) + Long.parseLong(fields[2]);
      transfers.add(new Transfer(bytes, Double.parseDouble(fields[3])));
    }
    if (transfers.size() != requests.size()) {
      throw new IOException(
          "curl made %d of %d requests".formatted(transfers.size(), requests.size()));
    }
    return new Stream(transfers, ended);
  }
}
