package io.thins3.fluid;

import io.thins3.config.Option;
import io.thins3.config.OptionLayer;
import io.thins3.config.OptionScope;
import io.thins3.config.Options;
import io.thins3.config.Shown;
import io.thins3.config.Warnings;
import java.util.List;

/**
 * Options of the whole process that stand in the options of a mount. That is allowed, because a
 * Dataset's sharedOptions end up there; of several mounts the first that gives such an option
 * counts.
 */
final class ProcessOptions {
  private ProcessOptions() {}

  /** Warns where mounts disagree. */
  static void warnOfDifferences(List<List<OptionLayer>> mounts, Warnings warnings) {
    for (Option<?> option : Options.all()) {
      // What -o gives adds up.
      if (option.scope() != OptionScope.MOUNT && option != Options.MOUNT_OPTIONS) {
        warn(option, mounts, warnings);
      }
    }
  }

  private static void warn(Option<?> option, List<List<OptionLayer>> mounts, Warnings warnings) {
    OptionLayer first = null;
    for (List<OptionLayer> mount : mounts) {
      for (OptionLayer layer : mount) {
        if (first == null) {
          first = layer.gives(option) ? layer : null;
        } else if (layer.gives(option) && !layer.givesSame(option, first)) {
          warnings.add(
              "%s is an option of the whole process: %s counts, not %s"
                  .formatted(
                      option.name(),
                      Shown.plain(first.label(option.name())),
                      Shown.plain(layer.label(option.name()))));
        }
      }
    }
  }
}
