package io.thins3.store;

import java.time.Instant;

/**
 * What a store says of an object that it has just stored.
 *
 * @param etag of the new version, with its quotes
 * @param storedAt about when, in whole seconds: by the store's clock where the answer tells it
 */
public record StoredObject(String etag, Instant storedAt) {}
