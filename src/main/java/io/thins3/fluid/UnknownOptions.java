package io.thins3.fluid;

import io.thins3.config.Option;
import io.thins3.config.OptionLayer;
import io.thins3.config.Options;
import io.thins3.config.Shown;
import io.thins3.config.Warnings;
import java.util.List;

/**
 * Warns about options that nobody knows, by name and never by value. They are no errors: Fluid
 * passes everything on, its own options and those for other programs too.
 */
final class UnknownOptions {
  /** Fluid's own options, such as fluid.fuse.hostvolume. */
  private static final String FLUIDS_OWN = "fluid.";

  private final Warnings warnings;

  UnknownOptions(Warnings warnings) {
    this.warnings = warnings;
  }

  /** Warns about the unknown options of a map. */
  void inMap(OptionLayer layer) {
    for (String name : layer.unknownKeys()) {
      if (!name.startsWith(FLUIDS_OWN)) {
        warn(layer, name);
      }
    }
  }

  /**
   * Warns about those of MOUNT_OPTIONS. Fluid 0.9 puts secret values into it, and behind a comma
   * such a value goes on as if it were an option: so an unknown name is shown only where it cannot
   * be a part of a secret, that is at the beginning, or behind an option that is known and not
   * secret.
   *
   * @param names the names in the order of the variable
   */
  void inVariable(OptionLayer layer, Iterable<String> names) {
    List<String> unknown = layer.unknownKeys();
    boolean mayBeShown = true;
    boolean anyHidden = false;
    for (String name : names) {
      if (!unknown.contains(name)) {
        mayBeShown = !isSecret(name);
      } else {
        if (mayBeShown && !name.startsWith(FLUIDS_OWN)) {
          warn(layer, name);
        }
        anyHidden |= !mayBeShown;
        mayBeShown = false;
      }
    }
    if (anyHidden) {
      warnings.add(
          MountOptionsVariable.NAME
              + ": more unknown options are ignored; they are not named because they may be parts"
              + " of a value with a comma");
    }
  }

  private void warn(OptionLayer layer, String name) {
    warnings.add(Shown.plain(layer.label(name)) + " is not a known option and is ignored");
  }

  private static boolean isSecret(String name) {
    return Options.all().stream()
        .filter(option -> option.hasName(name))
        .map(Option::type)
        .anyMatch(type -> type.isSecret());
  }
}
