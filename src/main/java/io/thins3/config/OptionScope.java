package io.thins3.config;

import java.util.Locale;

/** How far an option reaches, and with that when a change of it can take effect. */
public enum OptionScope {
  /** One bucket; each mount of a Dataset may have its own value. */
  MOUNT,
  /** The whole process. */
  PROCESS,
  /** The whole process, and fixed when it starts. */
  START;

  /** The word that the documentation uses. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
