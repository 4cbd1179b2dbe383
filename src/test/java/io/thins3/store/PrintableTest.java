package io.thins3.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void of_ordinaryText_isLeftAsItIs() {
    String text = "Ünïcode/ünd 😀 + %2F & #.txt";

    assertThat(Printable.of(text)).isSameAs(text);
  }

  @Test
  void of_controlCharacters_areWrittenOut() {
    assertThat(Printable.of("a\nb\u0001c\u001b[2J\u007f\u0085"))
        .isEqualTo("a\\x0ab\\x01c\\x1b[2J\\x7f\\x85");
  }

  @Test
  void of_invisibleAndHalfCharacters_areWrittenOut() {
    assertThat(Printable.of("a\u2028b\u202ec\uffffd\ud83d"))
        .isEqualTo("a\\x{2028}b\\x{202e}c\\x{ffff}d\\x{d83d}");
  }

  @Test
  void of_backslash_doesNotLookLikeAnEscape() {
    assertThat(Printable.of("a\\x0a")).isEqualTo("a\\x5cx0a").isNotEqualTo(Printable.of("a\n"));
  }

  @Test
  void message_long_isCut() {
    assertThat(Printable.message("  " + "x".repeat(5000) + "\n"))
        .hasSizeLessThan(250)
        .endsWith("…");
  }
}
