/**
 * JMH benchmarks of ThinS3's parts. Their states are public classes with public methods, because
 * JMH generates subclasses of them.
 */
@NullMarked
package io.thins3.bench.jmh;

import org.jspecify.annotations.NullMarked;
