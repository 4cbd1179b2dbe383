package io.thins3.fs;

import io.thins3.config.BucketMount;
import io.thins3.read.RangeSource;
import io.thins3.store.ObjectStore;

/**
 * A bucket and the connection to it.
 *
 * @param mount how it is served, and where
 * @param store names and attributes
 * @param content bytes; both are closed by whoever opened it, after the file system is not used any
 *     more
 */
public record ServedBucket(BucketMount mount, ObjectStore store, RangeSource content) {}
