package io.thins3.fuse.linux;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request whose operation may wait for the store, on a thread of the executor.
 *
 * <pre>
 *   QUEUED -- run() --> RUNNING --> finished
 *     |                    | interrupt(): the thread is interrupted
 *     | interrupt()        v
 *     +-----------------> the outcome is dropped, or taken back (an opened file is released)
 * </pre>
 *
 * <p>Work that others rely on is neither dropped nor interrupted, see {@link #GOES_ON}.
 */
final class SyncCall extends TrackedCall implements Runnable {
  /** Publishing what was written: nobody would do it later. */
  private static final Set<Opcode> GOES_ON =
      EnumSet.of(Opcode.FLUSH, Opcode.FSYNC, Opcode.FSYNCDIR);

  private final Operation operation;
  private final Request request;
  private @Nullable Thread worker; // guarded by this; not null while interrupting it has a meaning

  /**
   * @param request with bytes of its own
   */
  SyncCall(Connection connection, Opcode opcode, Request request, Operation operation) {
    super(connection, opcode, request.unique());
    this.operation = operation;
    this.request = request;
  }

  /** Queues the operation. What it throws, it throws before the call has begun. */
  void start(SyncExecutor.Kind kind) {
    begin();
    try {
      if (!connection.executor.tryExecute(this, kind)) {
        answerError(Errno.EAGAIN);
        finish();
      }
    } catch (Throwable e) {
      answerError(Errno.EIO);
      finish();
      Connection.logAccident("queueing", opcode, e);
    }
  }

  @Override
  public void run() {
    try {
      if (!isClaimed() || GOES_ON.contains(opcode)) {
        work();
      }
    } finally {
      finish();
    }
  }

  private void work() {
    setWorker(Thread.currentThread());
    try {
      run(operation, request, this);
    } finally {
      setWorker(null);
      // An interrupt that came too late is not for the next call on this thread.
      Thread.interrupted();
    }
  }

  /** Runs an operation, and makes what it throws the answer. */
  static void run(Operation operation, Request request, Call call) {
    try {
      operation.run(request, call);
    } catch (FuseException e) {
      call.answerError(e.errno());
    } catch (MalformedRequest e) {
      call.answerError(Errno.EINVAL);
      Connection.logMalformed(call.opcode, call.id, e);
    } catch (Throwable e) {
      // First the answer: there may be no memory to say anything.
      call.answerError(Errno.EIO);
      Connection.logAccident(call.opcode, request.nodeId(), e);
    }
  }

  private synchronized void setWorker(@Nullable Thread thread) {
    worker = thread;
  }

  @Override
  int callerPid() {
    return request.caller().pid();
  }

  @Override
  synchronized void giveUp() {
    if (worker != null && !GOES_ON.contains(opcode)) {
      worker.interrupt();
    }
  }
}
