package io.thins3.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says of what was written, unchecked.
 *
 * @param when by the store's clock
 */
record Written(@Nullable String etag, @Nullable Instant when) {}
