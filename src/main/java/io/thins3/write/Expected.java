package io.thins3.write;

import org.jspecify.annotations.Nullable;

/**
 * What is to lie at a file's key when it is published, as far as this mount knows.
 *
 * @param etag of the object; null: there is none
 * @param exclusive it was to be created by this mount, and by nobody else (O_EXCL)
 */
record Expected(@Nullable String etag, boolean exclusive) {}
