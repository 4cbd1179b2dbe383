package io.thins3.read;

/**
 * What came of comparing objects with the store's checksums. All but the first count object
 * versions; one that is forgotten and read again counts again.
 *
 * @param requests HEADs that were sent for a checksum
 * @param verified whose content was all here, and right
 * @param mismatches whose content was wrong
 * @param none of which the store has no checksum
 * @param composite of which it has one of the parts' checksums only
 * @param unanswered for which the HEAD failed
 * @param incomplete of which not all was read, or not while it was in memory, or which are too
 *     large
 */
public record ChecksumCounts(
    long requests,
    long verified,
    long mismatches,
    long none,
    long composite,
    long unanswered,
    long incomplete) {}
