package io.thins3.fuse.linux;

/**
 * How the requests of a connection are served. Immutable.
 *
 * @param logRequests log every request
 * @param directIo every file is read and written past the page cache
 * @param callers whose requests are answered
 * @param nodeLimit how many nodes the kernel may know
 */
record ServingOptions(boolean logRequests, boolean directIo, Callers callers, NodeLimit nodeLimit) {
  /** Everybody's requests, through the page cache, unlogged. */
  static final ServingOptions PLAIN = new ServingOptions(false, false, Callers.ALL, NodeLimit.NONE);

  /** The same, logged. */
  static final ServingOptions LOGGED = new ServingOptions(true, false, Callers.ALL, NodeLimit.NONE);
}
