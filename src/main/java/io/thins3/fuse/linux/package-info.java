/**
 * The FUSE kernel protocol over /dev/fuse, by system calls through jnr-ffi.
 *
 * <pre>
 *   /dev/fuse --Device--> RequestReader --Dispatcher--+-- Forget, Interrupt: at once
 *       ^                 (2 to 16 threads)           +-- ReadCall, WriteCall: begun at once, answered later by any thread
 *       |                                             +-- what is known without waiting: at once
 *       |                                             +-- SyncCall: the rest, on SyncExecutor
 *       +------------------- Answer ------------------------+
 * </pre>
 */
@NullMarked
package io.thins3.fuse.linux;

import org.jspecify.annotations.NullMarked;
