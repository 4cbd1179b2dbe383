/**
 * Readings of the machine: CPU and memory of process trees, kernel caches, the machine's
 * description.
 */
@NullMarked
package io.thins3.bench.measure;

import org.jspecify.annotations.NullMarked;
