@NullMarked
package io.thins3.bench.workload;

import org.jspecify.annotations.NullMarked;
