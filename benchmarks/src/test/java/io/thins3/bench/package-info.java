@NullMarked
package io.thins3.bench;

import org.jspecify.annotations.NullMarked;
