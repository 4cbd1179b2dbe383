package io.thins3.bench.report;

import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Traffic;
import io.thins3.bench.result.Unit;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The requests of one step, and the work that they were sent for: a random read that ends after
 * some seconds does less of it when it is slow.
 *
 * @param traffic what was sent
 * @param operations of the sample in which it was counted
 */
public record Counted(Traffic traffic, long operations) {
  /** For example {@code 20 list, 1 head}; with the work where it can differ between clients. */
  String text(StepInfo step) {
    String requests =
        traffic.requests().entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(kind -> kind.getValue() + " " + kind.getKey())
            .collect(Collectors.joining(", "));
    String text = requests.isEmpty() ? "no requests" : requests;
    boolean ofAnyAmount =
        step.unit() == Unit.OPERATIONS_PER_SECOND || step.unit() == Unit.MEDIAN_MILLISECONDS;
    return ofAnyAmount ? String.format(Locale.ROOT, "%s for %,d", text, operations) : text;
  }
}
