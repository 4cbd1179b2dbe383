package io.thins3.meta;

import java.time.Duration;

/**
 * The answer to a listing.
 *
 * @param entries the directory's entries
 * @param validFor how long they may still be believed, as in {@link Lookup}
 */
public record Listing(DirectoryListing entries, Duration validFor) {}
