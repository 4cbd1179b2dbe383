package io.thins3.bench.server;

import io.thins3.config.Secret;
import java.net.URI;

/**
 * An S3 server and the keys to it.
 *
 * @param uri scheme, host and port
 * @param region for signatures
 * @param accessKey access key id
 * @param secretKey never printed, never on a command line
 */
public record Endpoint(URI uri, String region, String accessKey, Secret secretKey) {
  /** The same server seen through a proxy. */
  public Endpoint at(URI other) {
    return new Endpoint(other, region, accessKey, secretKey);
  }
}
