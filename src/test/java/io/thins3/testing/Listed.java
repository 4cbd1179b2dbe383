package io.thins3.testing;

import io.thins3.meta.BucketTree;
import io.thins3.meta.DirectoryReader;
import io.thins3.meta.Metadata;
import io.thins3.store.StoreException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All entries of a directory, as a program reads them. */
public final class Listed {
  private final Map<String, Metadata> entries = new LinkedHashMap<>();
  private @Nullable Duration validFor;

  private Listed() {}

  /** Reads a directory to its end. */
  public static Listed all(BucketTree tree, String path) throws StoreException {
    Listed listed = new Listed();
    DirectoryReader reader = tree.read(path);
    DirectoryReader.Part part = reader.at(0);
    while (part != null) {
      for (int i = 0; i < part.entries().size(); i++) {
        String name = part.entries().name(i);
        if (listed.entries.put(name, part.entries().metadata(i)) != null) {
          throw new AssertionError(name + " comes twice");
        }
      }
      String last = path.isEmpty() ? "" : path + "/";
      listed.validFor =
          reader.isRefreshed(last + part.entries().name(0)) ? Duration.ZERO : part.validFor();
      part = reader.at(part.start() + part.entries().size());
    }
    return listed;
  }

  /** The names in their order. */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /** Number of entries. */
  public int size() {
    return entries.size();
  }

  /** What a name is, or null. */
  public @Nullable Metadata find(String name) {
    return entries.get(name);
  }

  /** How long the last part may be believed; its first entry stands for all. */
  public Duration validFor() {
    return validFor == null ? Duration.ZERO : validFor;
  }
}
