package io.thins3.bench.jmh;

import io.thins3.meta.Names;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What is done to the path of every lookup and the key of every listed object. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class NamesBenchmark {
  /** Whether the name is an ordinary one, or one whose bytes must be counted. */
  @Param({"false", "true"})
  public boolean umlauts;

  private final String directory = "datasets/train/2026/11";

  private String name = "";

  /** Chooses the name. */
  @Setup
  public void choose() {
    name =
        umlauts
            ? "ein-langer-name-mit-umlauten-äöüß-der-nicht-auf-einen-blick-unter-255-bytes-liegt.jpeg"
            : "image-000123-resized-224.jpeg";
  }

  /** Whether a key's component can be a name. */
  @Benchmark
  public boolean isReachable() {
    return Names.isReachable(name);
  }

  /** The path of an entry. */
  @Benchmark
  public String child() {
    return Names.child(directory, name);
  }

  /** A path taken apart, as a cache lookup does. */
  @Benchmark
  public int parentAndLast() {
    String path = Names.child(directory, name);
    return Names.parent(path).length() + Names.last(path).length();
  }
}
