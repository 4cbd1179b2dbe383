package io.thins3.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an answer to LIST says, unchecked. */
record ListAnswer(
    List<HeadAnswer> objects,
    List<String> commonPrefixes,
    boolean truncated,
    @Nullable String nextToken) {}
