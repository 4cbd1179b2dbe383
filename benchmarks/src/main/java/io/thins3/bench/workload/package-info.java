/** The work that is measured, one class a kind. */
@NullMarked
package io.thins3.bench.workload;

import org.jspecify.annotations.NullMarked;
