/**
 * The S3 side: a MinIO of our own, direct access to the bucket, the delaying and counting proxy.
 */
@NullMarked
package io.thins3.bench.server;

import org.jspecify.annotations.NullMarked;
