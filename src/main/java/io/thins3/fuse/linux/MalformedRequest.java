package io.thins3.fuse.linux;

/** A request that does not have the form that the protocol gives it. */
final class MalformedRequest extends Exception {
  MalformedRequest(String message) {
    super(message, null, false, false);
  }
}
