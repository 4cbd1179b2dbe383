package io.thins3.store.http;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Header fields in their order; names are compared without regard to case. Not thread-safe while it
 * is filled.
 */
public final class Headers {
  /** Name, value, name, value: one list instead of a map, because a message has a dozen fields. */
  private final List<String> pairs = new ArrayList<>(32);

  /** Adds a field; others of that name stay. */
  public Headers add(String name, String value) {
    pairs.add(name);
    pairs.add(value);
    return this;
  }

  /** The first value of that name, or null. */
  public @Nullable String first(String name) {
    for (int i = 0; i < pairs.size(); i += 2) {
      if (pairs.get(i).equalsIgnoreCase(name)) {
        return pairs.get(i + 1);
      }
    }
    return null;
  }

  /** Whether there is a field of that name. */
  public boolean contains(String name) {
    return first(name) != null;
  }

  /** Visits name and value of each field. */
  public void forEach(BiConsumer<String, String> visitor) {
    for (int i = 0; i < pairs.size(); i += 2) {
      visitor.accept(pairs.get(i), pairs.get(i + 1));
    }
  }

  /** Names only: a value may be a credential. */
  @Override
  public String toString() {
    List<String> names = new ArrayList<>();
    forEach((name, value) -> names.add(name));
    return names.toString();
  }
}
