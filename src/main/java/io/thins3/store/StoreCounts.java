package io.thins3.store;

/**
 * What the requests to one bucket have met so far. A value of this moment.
 *
 * @param attempts requests that were sent, those that were sent again among them; without hedges
 * @param retries requests that were sent again after a failure that may pass
 * @param throttled answers that refused a request for the number of them (429, 503)
 * @param limit requests that the store gets at a time now
 * @param hedged GETs that were sent a second time because their answer was late
 * @param hedgesWon those among them whose second answer came first
 * @param connections that exist now, in use or not; 0 with an HTTP client that does not tell
 */
public record StoreCounts(
    long attempts,
    long retries,
    long throttled,
    int limit,
    long hedged,
    long hedgesWon,
    int connections) {}
