package io.thins3.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is odd in a configuration but no error: one line each, each once, to be logged when logging
 * has been set up. Not thread-safe.
 */
public final class Warnings {
  private final Set<String> lines = new LinkedHashSet<>();

  /** Adds a line unless it is there already. */
  public void add(String line) {
    lines.add(line);
  }

  /** The lines in the order they came. */
  public List<String> lines() {
    return new ArrayList<>(lines);
  }
}
