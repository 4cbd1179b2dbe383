/** The transports of {@code io.thins3.fuse} beside stock jnr-fuse, on one file system in memory. */
@NullMarked
package io.thins3.bench.transports;

import org.jspecify.annotations.NullMarked;
