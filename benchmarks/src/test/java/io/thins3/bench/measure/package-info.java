@NullMarked
package io.thins3.bench.measure;

import org.jspecify.annotations.NullMarked;
