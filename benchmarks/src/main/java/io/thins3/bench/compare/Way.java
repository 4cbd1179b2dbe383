package io.thins3.bench.compare;

import io.thins3.bench.result.Traffic;
import io.thins3.bench.server.Proxy;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The way from the clients to the store: direct, or through a proxy that delays or only counts.
 *
 * @param endpoint for the clients
 * @param latencyMillis that is added
 * @param proxy if there is one
 */
record Way(URI endpoint, int latencyMillis, @Nullable Proxy proxy) {
  /** What has passed so far; absent on the direct way. */
  @Nullable Traffic traffic() {
    return proxy == null ? null : proxy.traffic();
  }
}
