@NullMarked
package io.thins3.bench.server;

import org.jspecify.annotations.NullMarked;
