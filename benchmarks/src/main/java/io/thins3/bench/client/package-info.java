/** The S3 clients that are compared: how each is found, mounted and unmounted. */
@NullMarked
package io.thins3.bench.client;

import org.jspecify.annotations.NullMarked;
