/** The read engine: ranged GETs with read-ahead, one version per handle. */
@NullMarked
package io.thins3.read;

import org.jspecify.annotations.NullMarked;
