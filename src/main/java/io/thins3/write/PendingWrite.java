package io.thins3.write;

import io.thins3.write.WriteException.Kind;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
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

  /** Work that waits for the disk. */
  interface DiskWork {
    void run() throws WriteException;
  }

  /** Lets others do work for it; when that fails, so does the write. */
  void onDisk(Executor local, Turns turns, DiskWork work) {
    Runnable task =
        () -> {
          WriteException failed;
          try {
            work.run();
            return;
          } catch (WriteException e) {
            failed = e;
          } catch (RuntimeException | Error e) {
            failed = new WriteException(Kind.LOCAL, String.valueOf(e), e);
          }
          end(turns, failed);
        };
    try {
      local.execute(task);
    } catch (RuntimeException | Error e) {
      end(turns, new WriteException(Kind.LOCAL, "no thread for the disk: " + e, e));
    }
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
