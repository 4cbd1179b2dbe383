package io.thins3.fluid;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a Dataset's access modes mean for a mount. */
final class AccessModes {
  private AccessModes() {}

  /**
   * Whether changes are refused: unless a ReadWrite mode is listed. Fluid before 1.0 lists none; it
   * says {@code ro} in MOUNT_OPTIONS, which is an option like any other then.
   */
  static boolean isReadOnly(@Nullable List<String> accessModes) {
    return accessModes != null
        && accessModes.stream().noneMatch(mode -> mode.startsWith("ReadWrite"));
  }
}
