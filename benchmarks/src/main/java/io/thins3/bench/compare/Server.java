package io.thins3.bench.compare;

import io.thins3.bench.measure.ProcessTree;
import io.thins3.bench.server.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * The store of a run.
 *
 * @param endpoint of the store itself
 * @param tree its processes, when they were started by this run
 * @param description version and place of its data
 */
record Server(Endpoint endpoint, @Nullable ProcessTree tree, String description) {
  /** Its CPU time so far, when it can be read. */
  @Nullable Double cpuSeconds() {
    return tree == null ? null : tree.cpuSeconds();
  }

  /** Whether a proxy can stand before it. */
  boolean plainHttp() {
    return "http".equals(endpoint.uri().getScheme());
  }
}
