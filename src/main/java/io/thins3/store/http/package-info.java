/**
 * HTTP/1.1 as a store's data plane needs it: connections that are kept, deadlines on every wait,
 * bodies straight into and out of direct buffers. It knows nothing of S3 and nothing of the SDK.
 */
@NullMarked
package io.thins3.store.http;

import org.jspecify.annotations.NullMarked;
