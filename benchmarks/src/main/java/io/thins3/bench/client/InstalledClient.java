package io.thins3.bench.client;

import java.nio.file.Path;

/**
 * A client that is there.
 *
 * @param spec how it is run
 * @param program its executable
 * @param version one line, as it says itself
 */
public record InstalledClient(ClientSpec spec, Path program, String version) {
  /** Its name. */
  public String name() {
    return spec.name();
  }
}
