package io.thins3.fluid;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The variable MOUNT_OPTIONS: {@code k=v,k2,…} in random order; an option without a value is its
 * name alone. It is the only place where a ThinRuntimeProfile's options can be seen. A value with a
 * comma falls apart here, and what follows the comma looks like an option.
 */
final class MountOptionsVariable {
  /** The variable's name. */
  static final String NAME = "MOUNT_OPTIONS";

  private MountOptionsVariable() {}

  /** The options by name, in the order of the variable. */
  static Map<String, String> parse(String text) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String part : text.split(",", -1)) {
      if (!part.isBlank()) {
        int equals = part.indexOf('=');
        String name = equals < 0 ? part : part.substring(0, equals);
        options.put(name.strip(), equals < 0 ? "" : part.substring(equals + 1));
      }
    }
    return Collections.unmodifiableMap(options);
  }
}
