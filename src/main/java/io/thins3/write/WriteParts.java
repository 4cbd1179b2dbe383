package io.thins3.write;

import java.time.Clock;
import java.util.concurrent.Executor;

/**
 * What a file that is written needs of others.
 *
 * @param local works on the disk
 */
record WriteParts(
    Publisher publisher,
    PartMemory memory,
    StagingDirectory directory,
    Executor local,
    Clock clock) {}
