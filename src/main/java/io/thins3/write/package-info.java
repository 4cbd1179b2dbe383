/**
 * What programs write, until it is an object.
 *
 * <pre>
 *   WRITE ─► WrittenFile: one for each file that is being written, whoever has it open
 *              │ draft: the content since the last publication
 *              ├── StreamDraft   new content from offset 0: parts in memory, sent while it is written
 *              └── StagedDraft   anything else: a sparse file beside the published object
 *   FLUSH ─► publish: PUT, or parts, copies of what did not change, CompleteMultipartUpload
 * </pre>
 */
@NullMarked
package io.thins3.write;

import org.jspecify.annotations.NullMarked;
