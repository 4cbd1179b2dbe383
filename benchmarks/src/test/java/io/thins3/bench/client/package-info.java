@NullMarked
package io.thins3.bench.client;

import org.jspecify.annotations.NullMarked;
