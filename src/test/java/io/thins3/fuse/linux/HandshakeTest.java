package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.fuse.MountException;
import io.thins3.fuse.linux.FuseProtocol.fuse_init_out;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandshakeTest {
  private final FakeKernel kernel = new FakeKernel();

  private static byte[] init(int major, int minor, int flags, int flags2) {
    return Requests.of(Opcode.INIT, 2, 0)
        .ints(major, minor, 131_072, flags, flags2)
        .ints(new int[11])
        .build();
  }

  @Test
  void init_recentKernel_everythingWanted() throws Exception {
    kernel.send(init(7, 45, -1, -1));
    Handshake agreed = Handshake.perform(kernel, ReadAhead.DEFAULT, Duration.ofSeconds(30));
    assertThat(agreed.kernelMinor()).isEqualTo(45);
    ByteBuffer answer = kernel.answer().body();
    assertThat(answer.remaining()).isEqualTo(fuse_init_out.SIZE);
    assertThat(answer.getInt(fuse_init_out.major)).isEqualTo(7);
    assertThat(answer.getInt(fuse_init_out.minor)).isEqualTo(38);
    assertThat(answer.getInt(fuse_init_out.max_write)).isEqualTo(1 << 20);
    assertThat(answer.getShort(fuse_init_out.max_pages)).isEqualTo((short) 256);
    assertThat(answer.getShort(fuse_init_out.max_background)).isEqualTo((short) 64);
    assertThat(answer.getShort(fuse_init_out.congestion_threshold)).isEqualTo((short) 48);
    assertThat(answer.getInt(fuse_init_out.time_gran)).isEqualTo(1);
    int writebackCache = 1 << 16;
    assertThat(answer.getInt(fuse_init_out.flags) & writebackCache).isZero();
    assertThat(Integer.toUnsignedLong(answer.getInt(fuse_init_out.flags)))
        .isEqualTo(agreed.flags() & 0xFFFFFFFFL);
    assertThat(answer.getInt(fuse_init_out.flags2)).isEqualTo((int) (agreed.flags() >>> 32));
    assertThat(answer.getInt(fuse_init_out.flags2)).isNotZero();
  }

  @Test
  void init_oldestKernelThatWillDo_noFlagThatItDoesNotOffer() throws Exception {
    // Linux 5.4 sends the short form, without flags2.
    int flags = (int) (FuseProtocol.FUSE_ASYNC_READ | FuseProtocol.FUSE_MAX_PAGES);
    kernel.send(Requests.of(Opcode.INIT, 2, 0).ints(7, 31, 131_072, flags).build());
    Handshake agreed = Handshake.perform(kernel, ReadAhead.DEFAULT, Duration.ofSeconds(30));
    assertThat(agreed.flags()).isEqualTo(flags);
    ByteBuffer answer = kernel.answer().body();
    assertThat(answer.getInt(fuse_init_out.minor)).isEqualTo(31);
    assertThat(answer.getInt(fuse_init_out.flags)).isEqualTo(flags);
    assertThat(answer.getInt(fuse_init_out.flags2)).isZero();
  }

  @Test
  void init_flags2WithoutInitExt_notLookedAt() throws Exception {
    kernel.send(init(7, 36, 1, -1));
    assertThat(Handshake.perform(kernel, ReadAhead.DEFAULT, Duration.ofSeconds(30)).flags())
        .isEqualTo(1);
  }

  @Test
  void init_laterMajor_toldOursThenAgreed() throws Exception {
    kernel.send(init(8, 0, -1, -1));
    kernel.send(init(7, 50, -1, -1));
    assertThat(Handshake.perform(kernel, ReadAhead.DEFAULT, Duration.ofSeconds(30)).kernelMinor())
        .isEqualTo(50);
    assertThat(kernel.answer().body().getInt(fuse_init_out.major)).isEqualTo(7);
    assertThat(kernel.answer().body().getInt(fuse_init_out.minor)).isEqualTo(38);
  }

  @Test
  void init_kernelTooOld_eprotoAndSaid() throws Exception {
    kernel.send(init(7, 30, -1, 0));
    assertThatThrownBy(() -> Handshake.perform(kernel, ReadAhead.DEFAULT, Duration.ofSeconds(30)))
        .isInstanceOf(MountException.class)
        .hasMessageContaining("7.30")
        .hasMessageContaining("libfuse");
    assertThat(kernel.answer().error()).isEqualTo(-71);
  }

  @Test
  void firstRequest_notInit_refused() {
    kernel.send(Requests.of(Opcode.STATFS, 2, 1).build());
    assertThatThrownBy(() -> Handshake.perform(kernel, ReadAhead.DEFAULT, Duration.ofSeconds(30)))
        .isInstanceOf(MountException.class)
        .hasMessageContaining("another process");
  }

  @Test
  void connection_ended_refused() {
    kernel.end();
    assertThatThrownBy(() -> Handshake.perform(kernel, ReadAhead.DEFAULT, Duration.ofSeconds(30)))
        .isInstanceOf(MountException.class)
        .hasMessageContaining("ENODEV");
  }

  @Test
  void init_takenByOthers_refusedAtTheDeadline() {
    Device taken =
        new Device() {
          @Override
          public int read(NativeBuffer into) {
            return -Syscalls.EAGAIN;
          }

          @Override
          public int write(NativeBuffer answer, int length) {
            throw new AssertionError("nothing was asked");
          }

          @Override
          public int write(NativeBuffer answer, List<ByteBuffer> data) {
            throw new AssertionError("nothing was asked");
          }

          @Override
          public void close() {}
        };
    assertThatThrownBy(() -> Handshake.perform(taken, ReadAhead.DEFAULT, Duration.ofMillis(50)))
        .isInstanceOf(MountException.class)
        .hasMessageContaining("another process");
  }
}
