package io.thins3.store.http;

import java.net.SocketTimeoutException;

/** No connection that can be used in time: TCP, proxy and TLS together. */
public final class ConnectTimeoutException extends SocketTimeoutException {
  private static final long serialVersionUID = 1;

  ConnectTimeoutException(String message) {
    super(message);
  }
}
