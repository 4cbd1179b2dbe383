/** External programs, deadlines, and the promise that nothing is left behind. */
@NullMarked
package io.thins3.bench.process;

import org.jspecify.annotations.NullMarked;
