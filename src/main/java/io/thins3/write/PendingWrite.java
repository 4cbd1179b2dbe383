package io.thins3.write;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One write that is under way, for who has the turn.
 *
 * @param offset of the first byte
 * @param data its position moves by what was taken
 * @param completion is told of the end
 */
record PendingWrite(long offset, ByteBuffer data, WriteCompletion completion) {
  /** Where the next byte belongs. */
  long position() {
    return offset + data.position();
  }

  /** It has ended, and its turn with it. */
  void end(Turns turns, @Nullable WriteException failed) {
    try {
      if (failed == null) {
        completion.written();
      } else {
        completion.failed(failed);
      }
    } finally {
      turns.leave();
    }
  }
}
