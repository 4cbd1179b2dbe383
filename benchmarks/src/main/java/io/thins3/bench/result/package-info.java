/** What a run found: samples, their costs, the machine. Immutable records and their JSON lines. */
@NullMarked
package io.thins3.bench.result;

import org.jspecify.annotations.NullMarked;
