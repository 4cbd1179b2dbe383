package io.thins3.cli;

import io.thins3.fuse.MountOption;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Mount options of libfuse by which the kernel believes names and attributes no longer than the
 * mounted buckets' metadata are believed. libfuse has one time for all, 1 s unless told, so that
 * only shorter times need an option, and the shortest counts.
 */
final class KernelTimeouts {
  private static final Duration DEFAULT = Duration.ofSeconds(1);
  private static final List<String> NAMES = List.of("entry_timeout", "attr_timeout");

  private KernelTimeouts() {}

  /**
   * The options of a mount, with timeouts where they are needed and nobody gave them.
   *
   * @param options lists of {@code -o} options as users write them
   * @param metadataTtls how long the metadata of each bucket is believed
   */
  static List<String> added(List<String> options, List<Duration> metadataTtls) {
    List<String> all = new ArrayList<>(options);
    Duration shortest = metadataTtls.stream().min(Duration::compareTo).orElse(DEFAULT);
    if (shortest.compareTo(DEFAULT) < 0) {
      for (String name : NAMES) {
        if (options.stream()
            .flatMap(list -> MountOption.parseList(list).stream())
            .noneMatch(option -> option.name().equals(name))) {
          all.add(name + "=" + BigDecimal.valueOf(shortest.toMillis(), 3).toPlainString());
        }
      }
    }
    return all;
  }
}
