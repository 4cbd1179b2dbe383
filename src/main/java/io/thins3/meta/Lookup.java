package io.thins3.meta;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a lookup.
 *
 * @param metadata what the path is, or null when nothing is there
 * @param validFor how long the answer may still be believed; the age of a cached answer has been
 *     taken off, so that a reader that caches it again does not double the TTL
 */
public record Lookup(@Nullable Metadata metadata, Duration validFor) {}
