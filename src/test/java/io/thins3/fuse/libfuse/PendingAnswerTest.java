package io.thins3.fuse.libfuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.junit.jupiter.api.Test;

class PendingAnswerTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(20);

  private final AtomicInteger answered = new AtomicInteger();
  private final Pointer memory =
      Memory.allocateDirect(jnr.ffi.Runtime.getSystemRuntime(), 16, true);
  private final ReadAnswer read = new ReadAnswer(memory, 8, answered::incrementAndGet);

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private String memory(int length) {
    byte[] bytes = new byte[length];
    memory.get(0, bytes, 0, length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Errno failure(PendingAnswer answer, Duration deadline) {
    return catchThrowableOfType(FuseException.class, () -> answer.await(deadline)).errno();
  }

  @Test
  void data_severalBuffers_copiedInOrderPositionsKept() throws Exception {
    ByteBuffer direct = ByteBuffer.allocateDirect(10).put(bytes("xxdefxx")).flip();
    direct.position(2).limit(5);
    ByteBuffer first = bytes("abc");
    read.data(List.of(first, ByteBuffer.allocate(0), direct));
    assertThat(read.await(LONG)).isEqualTo(6);
    assertThat(memory(6)).isEqualTo("abcdef");
    assertThat(first.position()).isZero();
    assertThat(direct.position()).isEqualTo(2);
    assertThat(answered).hasValue(1);
  }

  @Test
  void data_fromAnotherThreadLater_wakesTheWaiter() throws Exception {
    Thread other = new Thread(() -> read.data(List.of(bytes("late"))));
    other.start();
    assertThat(read.await(LONG)).isEqualTo(4);
    other.join();
  }

  @Test
  void error_answered_thrown() {
    read.error(Errno.EACCES);
    assertThat(failure(read, LONG)).isEqualTo(Errno.EACCES);
    assertThat(answered).hasValue(1);
  }

  @Test
  void data_tooMuch_refusedAndEio() {
    assertThatThrownBy(() -> read.data(List.of(bytes("12345"), bytes("6789"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("9 bytes for a read of 8");
    assertThat(failure(read, LONG)).isEqualTo(Errno.EIO);
    assertThat(memory.getByte(8)).isZero();
    assertThat(answered).hasValue(1);
  }

  @Test
  void anyAnswer_second_refusedAndFirstStands() throws Exception {
    read.data(List.of(bytes("one")));
    assertThatThrownBy(() -> read.data(List.of(bytes("two"))))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> read.error(Errno.EIO)).isInstanceOf(IllegalStateException.class);
    assertThat(read.await(LONG)).isEqualTo(3);
    assertThat(memory(3)).isEqualTo("one");
    assertThat(answered).hasValue(1);
  }

  @Test
  void await_noAnswerInTime_eioAndLateAnswerTouchesNothing() {
    assertThat(failure(read, SHORT)).isEqualTo(Errno.EIO);
    assertThat(answered).as("the file is still in use").hasValue(0);
    memory.put(0, "libfuse!".getBytes(StandardCharsets.UTF_8), 0, 8);
    read.data(List.of(bytes("late")));
    assertThat(memory(8)).isEqualTo("libfuse!");
    assertThat(answered).hasValue(1);
  }

  @Test
  void await_interrupted_eintrAndLateAnswerTouchesNothing() {
    Thread.currentThread().interrupt();
    assertThat(failure(read, LONG)).isEqualTo(Errno.EINTR);
    read.data(List.of(bytes("late")));
    assertThat(memory.getByte(0)).isZero();
  }

  @Test
  void giveUp_beforeAnAnswer_answersRefused() {
    read.giveUp();
    assertThat(answered).hasValue(1);
    assertThatThrownBy(() -> read.data(List.of(bytes("x"))))
        .isInstanceOf(IllegalStateException.class);
    assertThat(answered).hasValue(1);
  }

  @Test
  void giveUp_afterAnAnswer_countedOnce() {
    read.data(List.of(bytes("x")));
    read.giveUp();
    assertThat(answered).hasValue(1);
  }

  @Test
  void written_write_wholeSize() throws Exception {
    WriteAnswer write = new WriteAnswer(77, answered::incrementAndGet);
    write.written();
    assertThat(write.await(LONG)).isEqualTo(77);
    assertThat(answered).hasValue(1);
  }
}
