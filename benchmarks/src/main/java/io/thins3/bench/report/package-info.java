/** Arithmetic over samples, tables and plots. Knows nothing of how samples are made. */
@NullMarked
package io.thins3.bench.report;

import org.jspecify.annotations.NullMarked;
