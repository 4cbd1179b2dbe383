package io.thins3.store.http;

/**
 * A proxy of HTTP.
 *
 * @param host name or address, without the brackets of IPv6
 * @param port 1 to 65535
 * @param authorization the value of Proxy-Authorization, or ""; a secret
 */
record Proxy(String host, int port, String authorization) {
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
