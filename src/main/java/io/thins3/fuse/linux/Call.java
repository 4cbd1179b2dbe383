package io.thins3.fuse.linux;

import io.thins3.fuse.Entry;
import io.thins3.fuse.Errno;
import io.thins3.fuse.linux.FuseProtocol.fuse_out_header;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * One request that is to be answered: by the first who says so, once. Thread-safe.
 *
 * <pre>
 *   UNANSWERED -- claim() --> ANSWERING -- the write has returned --> ANSWERED
 *                                 | the answer cannot be built, or is refused
 *                                 +--- EIO is written ---------------^
 * </pre>
 *
 * <p>The methods that answer return whether the kernel took the answer. When it did not, it knows
 * nothing of what was in it: what was opened for it is to be closed again, and lookups are not
 * counted. Whatever goes wrong behind the claim is caught here, because nobody else can answer any
 * more, and a caller without an answer cannot even be killed.
 */
class Call extends IdTable.Entry {
  private static final AtomicIntegerFieldUpdater<Call> CLAIMED =
      AtomicIntegerFieldUpdater.newUpdater(Call.class, "claimed");

  final Connection connection;
  final Opcode opcode;

  private volatile int claimed;

  Call(Connection connection, Opcode opcode, long unique) {
    super(unique);
    this.connection = connection;
    this.opcode = opcode;
  }

  /** Writes an answer's body behind the header; gives the offset behind it. */
  @FunctionalInterface
  interface Body {
    /** Where the body begins. */
    int START = fuse_out_header.SIZE;

    int encode(ByteBuffer out);
  }

  /** True for the one who answers. */
  final boolean claim() {
    return CLAIMED.compareAndSet(this, 0, 1);
  }

  /** Called once, when the answer has been written, or could not be. */
  void answered() {}

  /** Whether somebody has answered, or is about to. */
  final boolean isClaimed() {
    return claimed != 0;
  }

  /** Done, and there is nothing to say. */
  final boolean answerDone() {
    return answerError(0);
  }

  final boolean answerError(Errno errno) {
    return answerError(errno.number());
  }

  /** Needs no memory: it is what is left where there is none. */
  private boolean answerError(int errno) {
    if (!claim()) {
      return false;
    }
    try {
      return connection.sendError(id, errno);
    } finally {
      answered();
    }
  }

  final boolean answer(Body body) {
    return respond(() -> send(body));
  }

  /** Writes an answer; says whether the kernel took it. */
  @FunctionalInterface
  private interface Response {
    boolean send();
  }

  private boolean respond(Response response) {
    if (!claim()) {
      return false;
    }
    try {
      return response.send();
    } catch (Throwable e) {
      connection.sendError(id, Errno.EIO.number());
      Connection.logAccident("answering", opcode, e);
      return false;
    } finally {
      answered();
    }
  }

  /** Answers with bytes that lie elsewhere. */
  final boolean answerData(List<ByteBuffer> data) {
    return respond(() -> sendData(data));
  }

  final boolean answerData(byte[] data) {
    return answerData(List.of(ByteBuffer.wrap(data)));
  }

  /** Answers with an entry of a directory. */
  final boolean answerEntry(Entry entry, long parentId) {
    return answerEntry(entry, parentId, (out, end) -> end);
  }

  /** What follows the entry in CREATE's answer. */
  @FunctionalInterface
  interface Rest {
    int encode(ByteBuffer out, int at);
  }

  final boolean answerEntry(Entry entry, long parentId, Rest rest) {
    return respond(
        () -> {
          long nodeId = connection.nodes.lookedUp(entry, parentId);
          boolean taken = false;
          try {
            taken =
                send(out -> rest.encode(out, AnswerEncoder.entry(out, Body.START, nodeId, entry)));
          } finally {
            if (!taken) {
              connection.nodes.forget(nodeId, 1);
            }
          }
          return taken;
        });
  }

  /** Answers with what lies in a buffer behind the room for the header. */
  final boolean answerBuilt(NativeBuffer out, int length) {
    return respond(
        () -> {
          AnswerEncoder.header(out.bytes(), length, 0, id);
          return sent(connection.device.write(out, length), length);
        });
  }

  /** There is no such name, and the kernel may believe that for a while. */
  final boolean answerAbsent(Duration ttl) {
    connection.requestLog.absent(id);
    return answer(out -> AnswerEncoder.absentEntry(out, Body.START, ttl));
  }

  private boolean send(Body body) {
    NativeBuffer out = connection.answers.take();
    try {
      int length = body.encode(out.bytes());
      AnswerEncoder.header(out.bytes(), length, 0, id);
      return sent(connection.device.write(out, length), length);
    } finally {
      connection.answers.give(out);
    }
  }

  private boolean sendData(List<ByteBuffer> data) {
    int length = fuse_out_header.SIZE;
    for (int i = 0; i < data.size(); i++) {
      length += data.get(i).remaining();
    }
    NativeBuffer out = connection.answers.take();
    try {
      AnswerEncoder.header(out.bytes(), length, 0, id);
      return sent(connection.device.write(out, data), length);
    } finally {
      connection.answers.give(out);
    }
  }

  private boolean sent(int errno, int length) {
    boolean taken = connection.taken(errno, id);
    if (taken) {
      connection.requestLog.answered(id, 0, length - fuse_out_header.SIZE);
    } else {
      // An answer refused for its form leaves the caller waiting; after ENOENT this has no effect.
      connection.sendError(id, Errno.EIO.number());
    }
    return taken;
  }
}
