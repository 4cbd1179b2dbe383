package io.thins3.bench.transports;

import io.thins3.bench.result.LatencyDistribution;
import io.thins3.bench.workload.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Threads that stat files as fast as they are answered. One lstat costs a few microseconds of this
 * program's own; the reference, the same on a directory of this machine, shows how many it could
 * do.
 */
final class StatLoad {
  private final List<Path> files;
  private final int clients;

  StatLoad(List<Path> files, int clients) {
    this.files = List.copyOf(files);
    this.clients = clients;
  }

  /** Runs for a while; the clock is that of all clients together. */
  Work run(Duration length) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    List<FutureTask<Durations>> tasks = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      int client = i;
      FutureTask<Durations> task = new FutureTask<>(() -> client(client, start, length));
      tasks.add(task);
      Thread thread = new Thread(task, "client-" + client);
      thread.setDaemon(true);
      thread.start();
    }
    long begin = System.nanoTime();
    start.countDown();
    TreeMap<Long, Long> histogram = new TreeMap<>();
    long operations = 0;
    long end = begin;
    for (FutureTask<Durations> task : tasks) {
      Durations durations = get(task);
      operations += durations.count;
      end = Math.max(end, durations.end);
      durations.addTo(histogram);
    }
    return Work.operations(operations)
        .withOwnSeconds((end - begin) / 1e9)
        .withLatencies(LatencyDistribution.ofHistogram(histogram));
  }

  private static Durations get(FutureTask<Durations> task) throws Exception {
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private Durations client(int number, CountDownLatch start, Duration length)
      throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(number);
    Durations durations = new Durations();
    start.await();
    long now = System.nanoTime();
    long end = now + length.toNanos();
    while (now < end) {
      Path file = files.get(random.nextInt(files.size()));
      Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      long after = System.nanoTime();
      durations.add(after - now);
      now = after;
    }
    durations.end = now;
    return durations;
  }

  /** What one client measured. */
  private static final class Durations {
    private long[] nanos = new long[1 << 12];
    private int count;
    private long end;

    void add(long duration) {
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = duration;
    }

    /** Rounded to microseconds, which keeps the histogram small. */
    void addTo(Map<Long, Long> histogram) {
      for (int i = 0; i < count; i++) {
        histogram.merge(nanos[i] / 1000 * 1000, 1L, Long::sum);
      }
    }
  }
}
