package io.thins3.config;

import java.util.Locale;

/** The way to the kernel (docs/TRANSPORTS.md). */
public enum TransportKind {
  /** The FUSE protocol of the Linux kernel, without any library of FUSE. */
  LINUX,
  /** libfuse 2 through jnr-fuse. */
  LIBFUSE;

  /**
   * The way when no option says otherwise.
   *
   * @param osName the system property {@code os.name}
   */
  static TransportKind ofSystem(String osName) {
    return osName.toLowerCase(Locale.ROOT).contains("linux") ? LINUX : LIBFUSE;
  }
}
