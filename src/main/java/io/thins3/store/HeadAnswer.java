package io.thins3.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an answer to HEAD, or an element of a listing, says about an object, unchecked. */
record HeadAnswer(
    @Nullable String key, @Nullable Long size, @Nullable String etag, @Nullable Instant modified) {}
