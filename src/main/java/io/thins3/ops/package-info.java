/** Operation of the process: logging. */
@NullMarked
package io.thins3.ops;

import org.jspecify.annotations.NullMarked;
