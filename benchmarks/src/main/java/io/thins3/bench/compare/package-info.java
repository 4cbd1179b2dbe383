/** The comparison: what runs in which order, and the recording of it. */
@NullMarked
package io.thins3.bench.compare;

import org.jspecify.annotations.NullMarked;
