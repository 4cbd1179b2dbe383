package io.thins3.config;

/** What sends the requests to the store. */
public enum HttpClientKind {
  /** Our own. */
  NATIVE,
  /** The SDK's, on Apache HttpClient: for surroundings that need it. */
  APACHE
}
