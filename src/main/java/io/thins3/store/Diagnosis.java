package io.thins3.store;

import org.jspecify.annotations.Nullable;

/**
 * What a failure of the SDK was.
 *
 * @param kind what went wrong
 * @param status HTTP status, 0 when no answer came
 * @param code the store's error code, or null
 * @param region the bucket's region as the store names it, or null
 * @param text the failure in words, for a message; no credential is in it
 * @param passing whether the same request may well succeed a little later
 */
record Diagnosis(
    StoreException.Kind kind,
    int status,
    @Nullable String code,
    @Nullable String region,
    String text,
    boolean passing) {}
