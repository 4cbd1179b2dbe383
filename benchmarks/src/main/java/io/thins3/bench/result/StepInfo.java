package io.thins3.bench.result;

/**
 * A step as a report shows it.
 *
 * @param id unique over all workloads, for example {@code ls-1000.cold}
 * @param group for example {@code read}
 * @param title for people, with the sizes in it
 * @param how the program or the calls that do the work
 * @param unit of its figure
 */
public record StepInfo(String id, String group, String title, String how, Unit unit) {}
