@NullMarked
package io.thins3.bench.process;

import org.jspecify.annotations.NullMarked;
