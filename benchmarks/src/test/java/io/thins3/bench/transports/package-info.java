@NullMarked
package io.thins3.bench.transports;

import org.jspecify.annotations.NullMarked;
