/**
 * Immutable configuration: one record for the process, one per bucket, and the registry of all
 * options.
 */
@NullMarked
package io.thins3.config;

import org.jspecify.annotations.NullMarked;
