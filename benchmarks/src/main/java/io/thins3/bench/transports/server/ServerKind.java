package io.thins3.bench.transports.server;

import java.util.Arrays;

/** The ways to the kernel that are measured beside each other, in the order of reports. */
public enum ServerKind {
  /** The kernel's protocol by {@code io.thins3.fuse.linux}; the subject of all ratios. */
  LINUX("linux", "LinuxTransport"),
  /** {@code io.thins3.fuse.libfuse}: the same interface on jnr-fuse's callbacks. */
  LIBFUSE("libfuse", "LibfuseTransport"),
  /** jnr-fuse 0.5.8 as its own documentation shows it; what the others are measured by. */
  STOCK("stock", "jnr-fuse 0.5.8, FuseStubFS and mount()");

  private final String label;
  private final String description;

  ServerKind(String label, String description) {
    this.label = label;
    this.description = description;
  }

  /** The name in reports and on command lines. */
  public String label() {
    return label;
  }

  /** In a few words. */
  public String description() {
    return description;
  }

  /**
   * The kind of that label.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static ServerKind named(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label.equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such server: " + label));
  }
}
