package io.thins3.fs;

/**
 * What the read-ahead for walks has done so far.
 *
 * @param files files fetched ahead
 * @param filesUsed those that were opened in time
 * @param filesWaitedFor those of them whose bytes were still on their way
 * @param wastedBytes bytes of those that were not opened in time
 * @param listings directories listed ahead
 * @param listingsUsed those that were read in time
 * @param switchedOff how often too many guesses were wrong
 */
public record SiblingCounts(
    long files,
    long filesUsed,
    long filesWaitedFor,
    long wastedBytes,
    long listings,
    long listingsUsed,
    long switchedOff) {}
