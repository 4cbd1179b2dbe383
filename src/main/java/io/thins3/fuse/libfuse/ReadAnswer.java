package io.thins3.fuse.libfuse;

import com.kenai.jffi.MemoryIO;
import io.thins3.fuse.ReadReply;
import java.nio.ByteBuffer;
import java.util.List;
import jnr.ffi.Pointer;

/** The answer to one read, copied into libfuse's buffer by the thread that answers. */
final class ReadAnswer extends PendingAnswer implements ReadReply {
  private final Pointer target;
  private final int size;

  ReadAnswer(Pointer target, int size, Runnable whenAnswered) {
    super(whenAnswered);
    this.target = target;
    this.size = size;
  }

  @Override
  public void data(List<ByteBuffer> buffers) {
    answer(
        () -> {
          long given = buffers.stream().mapToLong(ByteBuffer::remaining).sum();
          if (given > size) {
            throw new IllegalArgumentException(given + " bytes for a read of " + size);
          }
          ByteBuffer bytes = MemoryIO.getInstance().newDirectByteBuffer(target.address(), size);
          for (ByteBuffer buffer : buffers) {
            bytes.put(buffer.duplicate());
          }
          return bytes.position();
        });
  }
}
