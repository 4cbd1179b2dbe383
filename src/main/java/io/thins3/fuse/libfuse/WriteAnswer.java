package io.thins3.fuse.libfuse;

import io.thins3.fuse.WriteReply;

/** The answer to one write. */
final class WriteAnswer extends PendingAnswer implements WriteReply {
  private final int size;

  WriteAnswer(int size, Runnable whenAnswered) {
    super(whenAnswered);
    this.size = size;
  }

  @Override
  public void written() {
    answer(() -> size);
  }
}
