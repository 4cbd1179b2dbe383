@NullMarked
package io.thins3.bench.report;

import org.jspecify.annotations.NullMarked;
