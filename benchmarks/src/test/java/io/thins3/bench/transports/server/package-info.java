@NullMarked
package io.thins3.bench.transports.server;

import org.jspecify.annotations.NullMarked;
