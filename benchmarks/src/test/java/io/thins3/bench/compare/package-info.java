@NullMarked
package io.thins3.bench.compare;

import org.jspecify.annotations.NullMarked;
