package io.thins3.testing;

import java.io.IOException;
import java.net.URI;

/** A server process, or what stands for one, of {@link S3Server}. */
interface S3Backend extends AutoCloseable {
  /** Starts, or starts again on the same port and data; returns when the port answers. */
  void start() throws IOException, InterruptedException;

  /** Stops at once, as a crash does. */
  void stop() throws IOException, InterruptedException;

  /** Holds all work; connections stay open and get no answer. */
  void pause() throws IOException, InterruptedException;

  /** Goes on after {@link #pause}. */
  void resume() throws IOException, InterruptedException;

  /** Scheme, host and port; the same for the server's whole life. */
  URI endpoint();

  /** What runs, in a few words. */
  String describe();

  /** Stops and removes the data. */
  @Override
  void close();
}
