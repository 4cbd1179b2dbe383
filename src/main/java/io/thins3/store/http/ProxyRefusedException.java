package io.thins3.store.http;

import java.io.IOException;

/** The proxy does not let a connection through. */
public final class ProxyRefusedException extends IOException {
  private static final long serialVersionUID = 1;

  ProxyRefusedException(String message) {
    super(message);
  }
}
