/** The file systems in memory that the transports serve, and the program that serves one. */
@NullMarked
package io.thins3.bench.transports.server;

import org.jspecify.annotations.NullMarked;
