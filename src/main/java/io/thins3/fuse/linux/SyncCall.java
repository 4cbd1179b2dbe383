package io.thins3.fuse.linux;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  private static final Logger log = LoggerFactory.getLogger(SyncCall.class);

  /** Publishing what was written, and releasing: nobody would do it later. */
  private static final Set<Opcode> GOES_ON =
      EnumSet.of(Opcode.FLUSH, Opcode.FSYNC, Opcode.FSYNCDIR, Opcode.RELEASE, Opcode.RELEASEDIR);

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

  /** Queues the operation. */
  void start() {
    begin();
    boolean queued = false;
    try {
      queued = connection.executor.tryExecute(this);
    } finally {
      if (!queued) {
        answerError(Errno.EAGAIN);
        finish();
      }
    }
  }

  @Override
  public void run() {
    try {
      if (!isAnswered() || GOES_ON.contains(opcode)) {
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
      log.warn("malformed {} request {}: {}", call.opcode, call.id, e.getMessage());
      call.answerError(Errno.EINVAL);
    } catch (Throwable e) {
      Connection.logAccident(call.opcode + " of node " + request.nodeId(), e);
      call.answerError(Errno.EIO);
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
