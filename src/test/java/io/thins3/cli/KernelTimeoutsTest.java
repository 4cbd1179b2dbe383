package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelTimeoutsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void added_aSecondOrMore_nothing() {
    assertThat(KernelTimeouts.added(List.of("ro"), List.of(MINUTE, Duration.ofSeconds(1))))
        .containsExactly("ro");
    assertThat(KernelTimeouts.added(List.of(), List.of())).isEmpty();
  }

  @Test
  void added_less_theShortest() {
    assertThat(KernelTimeouts.added(List.of("ro"), List.of(MINUTE, Duration.ofMillis(250))))
        .containsExactly("ro", "entry_timeout=0.250", "attr_timeout=0.250");
    assertThat(KernelTimeouts.added(List.of(), List.of(Duration.ZERO)))
        .containsExactly("entry_timeout=0.000", "attr_timeout=0.000");
  }

  @Test
  void added_givenByTheUser_kept() {
    assertThat(KernelTimeouts.added(List.of("ro,attr_timeout=5"), List.of(Duration.ZERO)))
        .containsExactly("ro,attr_timeout=5", "entry_timeout=0.000");
  }
}
