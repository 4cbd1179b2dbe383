package io.thins3.write;

import java.time.Instant;

/**
 * The published object of a file.
 *
 * @param key where it lies
 * @param etag its version
 * @param size bytes
 * @param storedAt when, in whole seconds
 */
public record FileVersion(String key, String etag, long size, Instant storedAt) {}
