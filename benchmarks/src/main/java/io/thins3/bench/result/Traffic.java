package io.thins3.bench.result;

import java.util.Map;
import java.util.TreeMap;

/**
 * What went between a client and the store.
 *
 * @param requests number of requests by kind, for example GET, LIST, UPLOAD-PART
 * @param bytesToStore bytes handed on to the store, heads included
 * @param bytesFromStore bytes handed on to the client, heads included; what the store sent and a
 *     client that hung up did not take is not in it
 */
public record Traffic(Map<String, Long> requests, long bytesToStore, long bytesFromStore) {
  public Traffic {
    requests = Map.copyOf(requests);
  }

  /** What was added since an earlier reading of the same counter. */
  public Traffic since(Traffic earlier) {
    TreeMap<String, Long> difference = new TreeMap<>(requests);
    earlier.requests.forEach((kind, count) -> difference.merge(kind, -count, Long::sum));
    difference.values().removeIf(count -> count == 0);
    return new Traffic(
        difference, bytesToStore - earlier.bytesToStore, bytesFromStore - earlier.bytesFromStore);
  }
}
