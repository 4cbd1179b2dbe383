/**
 * The few S3 calls the file system needs, with typed errors. The only package that knows the AWS
 * SDK.
 */
@NullMarked
package io.thins3.store;

import org.jspecify.annotations.NullMarked;
