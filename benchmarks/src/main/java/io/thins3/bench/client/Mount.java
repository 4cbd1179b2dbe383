package io.thins3.bench.client;

import io.thins3.bench.measure.ProcessTree;
import io.thins3.bench.process.Cleanup;
import java.nio.file.Path;

/** A client's mount. Closing it unmounts, ends the client and removes the directory. */
public final class Mount implements AutoCloseable {
  private final Cleanup.Held<Unmounter> held;
  private final double startSeconds;

  Mount(Cleanup.Held<Unmounter> held, double startSeconds) {
    this.held = held;
    this.startSeconds = startSeconds;
  }

  /** Where it is mounted. */
  public Path directory() {
    return held.get().directory();
  }

  /** The client's processes. */
  public ProcessTree tree() {
    return new ProcessTree(held.get().process().pid());
  }

  /** From exec to the first answer to a lookup. */
  public double startSeconds() {
    return startSeconds;
  }

  /** Ends the client at once; calls that hang in the mount return with an error. */
  public void kill() {
    held.get().forceNext();
    held.close();
  }

  @Override
  public void close() {
    held.close();
  }
}
