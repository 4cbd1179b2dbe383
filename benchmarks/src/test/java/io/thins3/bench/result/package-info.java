@NullMarked
package io.thins3.bench.result;

import org.jspecify.annotations.NullMarked;
