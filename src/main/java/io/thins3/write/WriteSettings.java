package io.thins3.write;

import io.thins3.store.ChecksumAlgorithm;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a bucket is written.
 *
 * @param checksum what is sent with each upload; null: none
 * @param failOnConflict an object that others changed is not overwritten
 * @param deadline longest that a publication may make no progress: longer than a request to the
 *     store takes with all its retries
 */
public record WriteSettings(
    @Nullable ChecksumAlgorithm checksum, boolean failOnConflict, Duration deadline) {}
