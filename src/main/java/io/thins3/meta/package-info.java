/** The metadata cache: attributes, listings, and what is known not to exist. */
@NullMarked
package io.thins3.meta;

import org.jspecify.annotations.NullMarked;
