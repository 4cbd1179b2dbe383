/** Fluid's contract: config.json and secret files in, configuration records out. */
@NullMarked
package io.thins3.fluid;

import org.jspecify.annotations.NullMarked;
