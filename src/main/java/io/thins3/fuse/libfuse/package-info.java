/** The portable transport: jnr-fuse on libfuse 2. */
@NullMarked
package io.thins3.fuse.libfuse;

import org.jspecify.annotations.NullMarked;
