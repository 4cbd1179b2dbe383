@NullMarked
package io.thins3.bench.jmh;

import org.jspecify.annotations.NullMarked;
