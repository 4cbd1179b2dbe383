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
 * <p>The methods that answer return whether the kernel took the answer. When it did not, it knows
 * nothing of what was in it: what was opened for it is to be closed again, and lookups are not
 * counted. They never throw: an answer that cannot be built becomes EIO.
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
    boolean first = CLAIMED.compareAndSet(this, 0, 1);
    if (first) {
      claimed();
    }
    return first;
  }

  /** Called once, by the one who is about to answer. */
  void claimed() {}

  final boolean isAnswered() {
    return claimed != 0;
  }

  /** Done, and there is nothing to say. */
  final boolean answerDone() {
    return claim() && connection.sendError(id, 0);
  }

  final boolean answerError(Errno errno) {
    return claim() && connection.sendError(id, errno.number());
  }

  final boolean answer(Body body) {
    return claim() && send(body);
  }

  /** Answers with bytes that lie elsewhere. */
  final boolean answerData(List<ByteBuffer> data) {
    return claim() && sendData(data);
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
    if (!claim()) {
      return false;
    }
    NodeTable nodes = connection.nodes;
    long nodeId = nodes.lookedUp(entry, parentId);
    boolean taken =
        send(out -> rest.encode(out, AnswerEncoder.entry(out, Body.START, nodeId, entry)));
    if (!taken) {
      nodes.forget(nodeId, 1);
    }
    return taken;
  }

  /** Answers with what lies in a buffer behind the room for the header. */
  final boolean answerBuilt(NativeBuffer out, int length) {
    if (!claim()) {
      return false;
    }
    AnswerEncoder.header(out.bytes(), length, 0, id);
    return sent(connection.device.write(out, length), length);
  }

  /** There is no such name, and the kernel may believe that for a while. */
  final boolean answerAbsent(Duration ttl) {
    connection.requestLog.absent(id);
    return answer(out -> AnswerEncoder.absentEntry(out, Body.START, ttl));
  }

  /** Sends; the caller has claimed. */
  private boolean send(Body body) {
    try {
      NativeBuffer out = connection.answers.take();
      try {
        int length = body.encode(out.bytes());
        AnswerEncoder.header(out.bytes(), length, 0, id);
        return sent(connection.device.write(out, length), length);
      } finally {
        connection.answers.give(out);
      }
    } catch (Throwable e) {
      Connection.logAccident("answering " + opcode, e);
      connection.sendError(id, Errno.EIO.number());
      return false;
    }
  }

  /** Sends; the caller has claimed. */
  private boolean sendData(List<ByteBuffer> data) {
    try {
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
    } catch (Throwable e) {
      Connection.logAccident("answering " + opcode, e);
      connection.sendError(id, Errno.EIO.number());
      return false;
    }
  }

  private boolean sent(int errno, int length) {
    connection.requestLog.answered(id, 0, length - fuse_out_header.SIZE);
    boolean taken = connection.taken(errno, id);
    if (!taken) {
      // An answer refused for its form leaves the caller waiting; after ENOENT this has no effect.
      connection.sendError(id, Errno.EIO.number());
    }
    return taken;
  }
}
