package io.thins3.store;

import java.time.Instant;

/**
 * What HEAD and LIST say of an object.
 *
 * @param key whole key
 * @param size bytes
 * @param etag entity tag with its quotes, as the store sends it; "" for an empty object of a store
 *     that sends none
 * @param lastModified last change, whole seconds (HEAD has no finer, so LIST's milliseconds are cut
 *     off: one object must not have two times)
 */
public record ObjectInfo(String key, long size, String etag, Instant lastModified) {}
