package io.thins3.config;

/** The way to the kernel. */
public enum TransportKind {
  /** libfuse 2 through jnr-fuse. */
  LIBFUSE
}
