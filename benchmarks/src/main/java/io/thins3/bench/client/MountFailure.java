package io.thins3.bench.client;

/** A client did not come to a usable mount. The message says why, in one line. */
public final class MountFailure extends Exception {
  MountFailure(String message) {
    super(message);
  }
}
