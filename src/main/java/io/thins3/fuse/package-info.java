/** A FUSE library of its own kind: the file system interface, and servers that mount one. */
@NullMarked
package io.thins3.fuse;

import org.jspecify.annotations.NullMarked;
