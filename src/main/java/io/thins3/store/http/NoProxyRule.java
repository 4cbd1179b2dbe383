package io.thins3.store.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One element of NO_PROXY.
 *
 * @param name a name in small letters without a dot before it, or "*", or "" for a network
 * @param network the bytes of an address, or null for a name
 * @param bits how many of its bits count
 * @param port 0 for any
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record NoProxyRule(String name, byte @Nullable [] network, int bits, int port) {
  private static final Pattern WITH_PORT = Pattern.compile("(\\[.*]|[^:]*):([0-9]{1,5})");
  private static final Pattern NETWORK = Pattern.compile("(.*)/([0-9]{1,3})");
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  static NoProxyRule of(String rule) {
    String host = rule.toLowerCase(Locale.ROOT);
    int port = 0;
    Matcher withPort = WITH_PORT.matcher(host);
    if (withPort.matches()) {
      host = withPort.group(1);
      port = Integer.parseInt(withPort.group(2));
    }
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    Matcher cidr = NETWORK.matcher(host);
    int bits = -1;
    if (cidr.matches()) {
      host = cidr.group(1);
      bits = Integer.parseInt(cidr.group(2));
    }
    byte[] address = address(host);
    if (address != null) {
      int all = 8 * address.length;
      return new NoProxyRule("", address, bits < 0 ? all : Math.min(bits, all), port);
    }
    while (host.startsWith("*.") || host.startsWith(".")) {
      host = host.substring(host.indexOf('.') + 1);
    }
    return new NoProxyRule(host, null, 0, port);
  }

  boolean covers(String host, int toPort) {
    if (port != 0 && port != toPort) {
      return false;
    }
    if (network != null) {
      byte[] address = address(host);
      return address != null && isWithin(address, network, bits);
    }
    String small = host.toLowerCase(Locale.ROOT);
    return name.equals("*")
        || (!name.isEmpty() && (small.equals(name) || small.endsWith("." + name)));
  }

  private static boolean isWithin(byte[] address, byte[] network, int bits) {
    if (address.length != network.length) {
      return false;
    }
    int whole = bits / 8;
    if (!Arrays.equals(address, 0, whole, network, 0, whole)) {
      return false;
    }
    int rest = bits % 8;
    return rest == 0 || (((address[whole] ^ network[whole]) & 0xff) >> (8 - rest)) == 0;
  }

  /** Whether the name means this machine. */
  static boolean isLoopback(String host) {
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    byte[] address = address(host);
    try {
      return address != null && InetAddress.getByAddress(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + address.length + " bytes", e);
    }
  }

  /** Whether it is an address and no name. */
  static boolean isAddress(String host) {
    return host.indexOf(':') >= 0 || IPV4.matcher(host).matches();
  }

  /** The bytes of an address, or null for a name. Nothing is looked up. */
  private static byte @Nullable [] address(String host) {
    if (!isAddress(host)) {
      return null;
    }
    try {
      return InetAddress.getByName(host).getAddress();
    } catch (UnknownHostException e) {
      // Not an address after all, such as 300.1.1.1 or a:b.
      return null;
    }
  }
}
