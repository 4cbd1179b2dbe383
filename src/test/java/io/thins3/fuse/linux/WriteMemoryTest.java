package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.fuse.WriteReply;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** WRITEs that wait for the store keep memory for their bytes, and not much more. */
class WriteMemoryTest extends Dispatching {
  private static final int ENOMEM = 12;
  private static final int LIMIT = 20 << 20;

  private final WriteMemory memory = new WriteMemory(LIMIT);

  @BeforeEach
  void limit() {
    connection = new Connection(fileSystem, kernel, executor, ServingOptions.PLAIN, memory);
    dispatcher = new Dispatcher(connection, Clock.systemUTC());
  }

  private static byte[] bytes(long unique, int size) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) unique);
    return bytes;
  }

  private boolean write(long unique, long file, int size) {
    return handle(
        Requests.of(Opcode.WRITE, unique, 1)
            .longs(file, 0)
            .ints(size, 0)
            .longs(0, 0)
            .bytes(bytes(unique, size)));
  }

  @Test
  void write_manySmallOnesWait_copiedAndAllTaken() throws Exception {
    long file = openFile();
    int count = 500;
    int inPlace = 0;
    for (int i = 0; i < count; i++) {
      inPlace += write(10 + 2L * i, file, 4096) ? 0 : 1;
    }
    assertThat(inPlace).isBetween(10, 16);
    assertThat(memory.taken()).isLessThan(20L << 20);
    for (int i = 0; i < count; i++) {
      ByteBuffer data = fileSystem.written.take();
      byte[] kept = new byte[data.remaining()];
      data.get(kept);
      assertThat(kept).as("write %d", i).isEqualTo(bytes(10 + 2L * i, 4096));
    }
    fileSystem.writes.forEach(WriteReply::written);
    for (int i = 0; i < count; i++) {
      expect(0, 10 + 2L * i);
    }
    assertThat(memory.taken()).isZero();
  }

  @Test
  void write_moreThanTheLimitWaits_enomemAndWorksLater() throws Exception {
    long file = openFile();
    int taken = 0;
    long unique = 10;
    while (kernel.poll() == null) {
      write(unique, file, 1 << 20);
      unique += 2;
      taken++;
      assertThat(taken).isLessThanOrEqualTo(20);
    }
    write(unique, file, 1 << 20);
    expect(ENOMEM, unique);
    // What is no WRITE goes on, and so does one that finds memory.
    handle(Requests.of(Opcode.LOOKUP, 500, 1).name("known"));
    expect(0, 500);
    fileSystem.writes.take().written();
    expect(0, 10);
    write(502, file, 1 << 20);
    assertThat(kernel.poll()).isNull();
    assertThat(fileSystem.writes).hasSize(taken - 1);
    fileSystem.writes.forEach(WriteReply::written);
    assertThat(connection.calls.awaitNone(Duration.ofSeconds(30))).isTrue();
    assertThat(memory.taken()).isZero();
  }

  @Test
  void write_answeredAtOnceOrRefused_nothingIsTaken() throws Exception {
    long file = openFile();
    assertThat(
            handle(
                Requests.of(Opcode.WRITE, 10, 1)
                    .longs(file, 5)
                    .ints(1, 0)
                    .longs(0, 0)
                    .bytes((byte) 1)))
        .isTrue();
    expect(0, 10);
    write(12, 4711, 100);
    expect(EBADF, 12);
    assertThat(memory.taken()).isZero();
  }
}
