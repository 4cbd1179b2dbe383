/** The object file system: one method per operation on nodes and handles. */
@NullMarked
package io.thins3.fs;

import org.jspecify.annotations.NullMarked;
