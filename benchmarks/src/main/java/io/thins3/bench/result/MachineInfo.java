package io.thins3.bench.result;

/**
 * The machine of a run.
 *
 * @param cpu model name
 * @param cores processors that the run may use
 * @param memoryBytes main memory
 * @param kernel name and release
 * @param java version of the JVM that ran the comparison
 * @param root whether it ran as root (kernel caches dropped, mount(2) instead of fusermount)
 */
public record MachineInfo(
    String cpu, int cores, long memoryBytes, String kernel, String java, boolean root) {}
