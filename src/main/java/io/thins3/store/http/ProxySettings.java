package io.thins3.store.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which proxy a request goes through, as the environment says: HTTP_PROXY, HTTPS_PROXY, NO_PROXY,
 * or the same in small letters. Immutable.
 *
 * <p>NO_PROXY is a list with commas of: {@code *}; a name, which means its subdomains too, with or
 * without a dot before it; an address; a network such as 10.0.0.0/8. Each may end with a port.
 * Loopback never goes through a proxy: a proxy is not meant for this machine itself.
 */
public final class ProxySettings {
  private static final int PROXY_PORT = 80;

  private final @Nullable Proxy http;
  private final @Nullable Proxy https;
  private final List<NoProxyRule> exceptions;

  private ProxySettings(@Nullable Proxy http, @Nullable Proxy https, List<NoProxyRule> exceptions) {
    this.http = http;
    this.https = https;
    this.exceptions = List.copyOf(exceptions);
  }

  /** No proxy. */
  public static ProxySettings none() {
    return new ProxySettings(null, null, List.of());
  }

  /**
   * What an environment says.
   *
   * @throws IllegalArgumentException when a proxy's address is of no use; the message names the
   *     variable, and not its value, which may hold a password
   */
  public static ProxySettings of(Map<String, String> environment) {
    List<NoProxyRule> exceptions = new ArrayList<>();
    String rules = value(environment, "NO_PROXY");
    for (String rule : rules == null ? new String[0] : rules.split("[,\\s]+", -1)) {
      if (!rule.isEmpty()) {
        exceptions.add(NoProxyRule.of(rule));
      }
    }
    return new ProxySettings(
        proxy("HTTP_PROXY", value(environment, "HTTP_PROXY")),
        proxy("HTTPS_PROXY", value(environment, "HTTPS_PROXY")),
        exceptions);
  }

  private static @Nullable String value(Map<String, String> environment, String name) {
    String small = environment.get(name.toLowerCase(Locale.ROOT));
    String value = small == null || small.isBlank() ? environment.get(name) : small;
    return value == null || value.isBlank() ? null : value.strip();
  }

  private static @Nullable Proxy proxy(String variable, @Nullable String value) {
    if (value == null) {
      return null;
    }
    URI address;
    try {
      address = new URI(value.contains("://") ? value : "http://" + value);
    } catch (URISyntaxException e) {
      // Without its cause: that would quote the value.
      throw new IllegalArgumentException(variable + " is no address such as http://proxy:3128");
    }
    if (!"http".equalsIgnoreCase(address.getScheme()) || address.getHost() == null) {
      throw new IllegalArgumentException(
          variable + " is no address of an HTTP proxy such as http://proxy:3128");
    }
    Origin origin = Origin.of(address);
    return new Proxy(
        origin.host(),
        address.getPort() > 0 ? address.getPort() : PROXY_PORT,
        authorization(address.getRawUserInfo()));
  }

  private static String authorization(@Nullable String user) {
    if (user == null) {
      return "";
    }
    String plain = URLDecoder.decode(user.replace("+", "%2B"), StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
  }

  /** The proxy for requests to there, or null. */
  public @Nullable Proxy of(Origin origin) {
    Proxy proxy = origin.tls() ? https : http;
    if (proxy == null || NoProxyRule.isLoopback(origin.host())) {
      return null;
    }
    for (NoProxyRule exception : exceptions) {
      if (exception.covers(origin.host(), origin.port())) {
        return null;
      }
    }
    return proxy;
  }
}
