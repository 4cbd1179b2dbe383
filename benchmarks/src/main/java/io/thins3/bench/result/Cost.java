package io.thins3.bench.result;

import org.jspecify.annotations.Nullable;

/**
 * What a step cost.
 *
 * @param clientCpuSeconds user and system time of the client's process tree
 * @param serverCpuSeconds the same of the server's, when it was started by this run
 * @param peakMemoryBytes highest resident set during the step, summed over the client's processes;
 *     absent where there is no client process (curl)
 */
public record Cost(
    double clientCpuSeconds, @Nullable Double serverCpuSeconds, @Nullable Long peakMemoryBytes) {}
