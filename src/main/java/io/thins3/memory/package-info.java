/** The one memory budget: pages of direct memory, reserved before they are filled, owned by one. */
@NullMarked
package io.thins3.memory;

import org.jspecify.annotations.NullMarked;
