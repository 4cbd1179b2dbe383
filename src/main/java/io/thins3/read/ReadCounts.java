package io.thins3.read;

/**
 * What the read engine has done so far.
 *
 * @param requests GETs that were sent, resumed ones included, and HEADs that ask for an empty
 *     object
 * @param resumed GETs that went on where another one broke off
 * @param failed GETs that were given up
 * @param cancelled GETs that were ended because nobody wanted the rest
 * @param fetchedBytes bytes that arrived
 * @param servedBytes bytes that READs were answered with
 * @param wastedBytes bytes that arrived, were let go of, and were in no answer
 * @param reads READs answered with data
 * @param waits READs whose bytes were not here when they came
 * @param memoryWaits READs that had to queue for memory
 * @param windowsGrown how often a window was doubled
 * @param windowsShrunk how often a window was halved
 * @param checksums what came of comparisons with the store's checksums
 */
public record ReadCounts(
    long requests,
    long resumed,
    long failed,
    long cancelled,
    long fetchedBytes,
    long servedBytes,
    long wastedBytes,
    long reads,
    long waits,
    long memoryWaits,
    long windowsGrown,
    long windowsShrunk,
    ChecksumCounts checksums) {}
