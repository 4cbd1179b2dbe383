package io.thins3.fuse.linux;

import io.thins3.fuse.linux.FuseProtocol.fuse_out_header;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The other end of a connection, for tests without one: gives requests, takes answers. */
final class FakeKernel implements Device {
  /** An answer or notice as it was written. */
  record Answer(int error, long unique, ByteBuffer body) {}

  private static final byte[] END = new byte[0];

  private final LinkedBlockingQueue<byte[]> requests = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final List<Answer> all = new ArrayList<>();

  /** What writing an answer gives; 0 takes it. */
  volatile int refusal;

  /** Run before an answer is taken: may wait, or throw as a failing machine would. */
  volatile Runnable beforeTaking = () -> {};

  /** Run before a request is given: may throw. */
  volatile Runnable beforeGiving = () -> {};

  /** Lets a reader have a request. */
  void send(byte[] request) {
    requests.add(request);
  }

  /** The mount has ended. */
  void end() {
    requests.add(END);
  }

  /** The next answer, in the order in which they were written. */
  Answer answer() throws InterruptedException {
    Answer answer = answers.poll(30, TimeUnit.SECONDS);
    if (answer == null) {
      throw new AssertionError("no answer within 30 s");
    }
    return answer;
  }

  /** The next answer, if there is one already. */
  @Nullable Answer poll() {
    return answers.poll();
  }

  /** All answers so far. */
  synchronized List<Answer> all() {
    return List.copyOf(all);
  }

  @Override
  public int read(NativeBuffer into) {
    beforeGiving.run();
    try {
      byte[] request = requests.take();
      if (request == END) {
        requests.add(END);
        return -Syscalls.ENODEV;
      }
      into.bytes().clear();
      into.bytes().put(request);
      return request.length;
    } catch (InterruptedException e) {
      return -Syscalls.EINTR;
    }
  }

  @Override
  public int write(NativeBuffer answer, int length) {
    byte[] bytes = new byte[length];
    answer.bytes().get(0, bytes);
    return take(bytes);
  }

  @Override
  public int write(NativeBuffer answer, List<ByteBuffer> data) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    byte[] header = new byte[fuse_out_header.SIZE];
    answer.bytes().get(0, header);
    whole.writeBytes(header);
    for (ByteBuffer part : data) {
      byte[] bytes = new byte[part.remaining()];
      part.duplicate().get(bytes);
      whole.writeBytes(bytes);
    }
    return take(whole.toByteArray());
  }

  private int take(byte[] bytes) {
    beforeTaking.run();
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    // fuse_dev_do_write of the kernel: the length in the header is the length that was written.
    if (bytes.length < fuse_out_header.SIZE || buffer.getInt(fuse_out_header.len) != bytes.length) {
      throw new AssertionError("an answer that the kernel would refuse: " + bytes.length);
    }
    if (refusal != 0) {
      return refusal;
    }
    ByteBuffer body =
        buffer
            .slice(fuse_out_header.SIZE, bytes.length - fuse_out_header.SIZE)
            .order(ByteOrder.nativeOrder());
    Answer answer =
        new Answer(
            buffer.getInt(fuse_out_header.error), buffer.getLong(fuse_out_header.unique), body);
    synchronized (this) {
      all.add(answer);
    }
    answers.add(answer);
    return 0;
  }

  @Override
  public void close() {
    end();
  }
}
