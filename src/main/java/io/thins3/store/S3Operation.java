package io.thins3.store;

/** The requests that are sent, by the names that messages and counts give them. */
enum S3Operation {
  HEAD,
  LIST,
  GET,
  COPY
}
