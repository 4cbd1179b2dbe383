package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StopTest {
  @Test
  void request_beforeTheMount_interruptsTheStart() {
    Stop stop = new Stop(Thread.currentThread());
    assertThat(stop.requested()).isFalse();
    stop.request();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(stop.requested()).isTrue();
  }
}
