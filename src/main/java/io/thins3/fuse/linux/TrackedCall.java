package io.thins3.fuse.linux;

import io.thins3.fuse.Errno;

/**
 * A request that takes time, and so can be interrupted.
 *
 * <pre>
 *             answer                        file system done
 *   BEGUN ------------------> ANSWERED ------------------------> FINISHED
 *     |                                                             ^
 *     | interrupt(): EINTR is answered at once, and the work        |
 *     v given up, where only this caller wanted it                  |
 *   INTERRUPTED ----------------------------------------------------+
 * </pre>
 *
 * <p>An INTERRUPT finds the call until its answer has been written. In between, while somebody
 * answers, nothing is to be done; EAGAIN would bring it back at once, again and again.
 *
 * <p>The kernel keeps a killed program in uninterruptible sleep until its request is answered, and
 * sends one INTERRUPT per request, for the first signal of any kind. So the answer to it cannot
 * wait for the file system, nor for a second signal.
 */
abstract class TrackedCall extends Call {
  TrackedCall(Connection connection, Opcode opcode, long unique) {
    super(connection, opcode, unique);
  }

  /** To be called before anybody can answer. */
  final void begin() {
    connection.calls.begin(this);
  }

  /** The file system has no more to do with this call; once. */
  final void finish() {
    connection.calls.finished();
  }

  @Override
  final void answered() {
    connection.calls.answered(this);
  }

  /** The caller does not want to wait any more. */
  final void interrupt() {
    if (claim()) {
      connection.sendError(id, Errno.EINTR.number());
      answered();
      giveUp();
    }
  }

  /** The process that waits for the answer; 0 when it is not known. */
  int callerPid() {
    return 0;
  }

  /** Tells the file system that nobody waits for the answer; does not wait. */
  abstract void giveUp();
}
