package io.thins3.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransportKindTest {
  @Test
  void ofSystem_linuxOnLinuxOnly() {
    assertThat(TransportKind.ofSystem("Linux")).isEqualTo(TransportKind.LINUX);
    assertThat(TransportKind.ofSystem("Mac OS X")).isEqualTo(TransportKind.LIBFUSE);
    assertThat(TransportKind.ofSystem("FreeBSD")).isEqualTo(TransportKind.LIBFUSE);
    assertThat(TransportKind.ofSystem("")).isEqualTo(TransportKind.LIBFUSE);
  }
}
