package io.thins3.write;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The content of a file that is not published yet. Its file's monitor guards all but what says
 * otherwise; the file also sees to it that only one thread at a time is between {@link #write} and
 * the end of what that asked for, publishes, or changes anything else.
 */
interface Draft {
  /** What a write needs before it can go on. */
  sealed interface Step {
    /** All bytes were taken. */
    record Done() implements Step {}

    /** A part that is under way has to arrive; the file is told when one has. */
    record Wait() implements Step {}

    /** This draft cannot hold what is written: another has to take over. */
    record Restage() implements Step {}

    /**
     * Bytes are to be written to the disk, without the monitor, and then reported.
     *
     * @param length how many of the data's next bytes
     */
    record Disk(StagingFile file, long at, int length) implements Step {}
  }

  /** Bytes of the file. */
  long size();

  /**
   * Takes bytes, without waiting.
   *
   * @param data its position moves by what was taken
   */
  Step write(long offset, ByteBuffer data) throws WriteException;

  /** What a {@link Step.Disk} asked for was done with these bytes. */
  void writtenToDisk(long offset, ByteBuffer data);

  /**
   * Reads bytes that are not in the published object. Waits for the disk; without the monitor.
   *
   * @param target takes all of them
   */
  void read(long from, long to, ByteBuffer target) throws WriteException;

  /** Where the bytes of a range are. */
  java.util.List<Extent> extents(long from, long to);

  /**
   * Publishes all of it; waits, without the monitor.
   *
   * @return the new object
   */
  FileVersion publish(Target target) throws WriteException;

  /** Lets go of everything. */
  void discard();

  /** A failure that makes every further use of it fail, or null. */
  @Nullable WriteException failure();
}
