package io.thins3.store.http;

import java.time.Duration;

/**
 * How long the waits of a client may be, and how many connections it holds. Immutable.
 *
 * @param connect longest time until a connection can be used: TCP, proxy and TLS together, over all
 *     addresses of the name
 * @param firstByte longest time from a request that is sent to the end of its answer's head
 * @param stall longest wait for the next bytes of a body, in either direction
 * @param acquire longest wait for a connection when all are in use
 * @param connections most exchanges at a time
 * @param idle how long a connection is kept unused
 * @param lifetime how old a connection may be when it is used again, so that the addresses of a
 *     name that grew share the load, and those that are gone are left
 */
public record HttpLimits(
    Duration connect,
    Duration firstByte,
    Duration stall,
    Duration acquire,
    int connections,
    Duration idle,
    Duration lifetime) {
  /** MinIO and AWS close connections that were idle for 30 s and less; this is safely before. */
  public static final Duration IDLE = Duration.ofSeconds(20);

  /** Five minutes: 0.003 new connections a second for each kept, nothing beside the requests. */
  public static final Duration LIFETIME = Duration.ofMinutes(5);

  /** Checks the ranges. */
  public HttpLimits {
    if (!isPositive(connect)
        || !isPositive(firstByte)
        || !isPositive(stall)
        || !isPositive(acquire)
        || connections < 1) {
      throw new IllegalArgumentException(
          "connect %s, firstByte %s, stall %s, acquire %s, connections %d"
              .formatted(connect, firstByte, stall, acquire, connections));
    }
  }

  /** The same limit for each wait of an exchange. */
  public static HttpLimits of(Duration each, Duration acquire, int connections) {
    return new HttpLimits(each, each, each, acquire, connections, IDLE, LIFETIME);
  }

  /** The shortest time that somebody has to watch. */
  Duration shortest() {
    Duration shortest = connect;
    for (Duration other : new Duration[] {firstByte, stall, idle}) {
      shortest = other.compareTo(shortest) < 0 ? other : shortest;
    }
    return shortest;
  }

  private static boolean isPositive(Duration duration) {
    return !duration.isNegative() && !duration.isZero();
  }
}
