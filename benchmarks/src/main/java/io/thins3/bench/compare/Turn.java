package io.thins3.bench.compare;

import io.thins3.bench.client.InstalledClient;
import io.thins3.bench.workload.Workload;
import org.jspecify.annotations.Nullable;

/**
 * One workload by one client.
 *
 * @param client absent: the reference without a mount
 */
record Turn(Workload workload, @Nullable InstalledClient client) {}
