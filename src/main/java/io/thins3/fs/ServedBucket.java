package io.thins3.fs;

import io.thins3.config.BucketMount;
import io.thins3.store.ObjectStore;

/**
 * A bucket and the connection to it.
 *
 * @param mount how it is served, and where
 * @param store calls to it; closed by whoever opened it, after the file system is not used any more
 */
public record ServedBucket(BucketMount mount, ObjectStore store) {}
