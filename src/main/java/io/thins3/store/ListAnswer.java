package io.thins3.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an answer to LIST says, unchecked.
 *
 * @param nextToken where ListObjectsV2 goes on
 * @param nextMarker where ListObjects goes on, decoded; many stores say it with a delimiter alone
 */
record ListAnswer(
    List<HeadAnswer> objects,
    List<String> commonPrefixes,
    boolean truncated,
    @Nullable String nextToken,
    @Nullable String nextMarker) {}
