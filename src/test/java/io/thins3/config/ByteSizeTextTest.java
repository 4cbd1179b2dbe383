package io.thins3.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "67108864, 67108864",
    "64m, 67108864",
    "64MiB, 67108864",
    "64Mi, 67108864",
    "64mb, 67108864",
    "1G, 1073741824",
    "100k, 102400",
    "999999999999999t, 9223372036854775807"
  })
  void parse_sizes_areBytes(String text, long bytes) throws Exception {
    assertThat(ByteSizeText.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "m", "1.5g", "-1", "64 m", "64x", "1gg", "1000000000000000"})
  void parse_anythingElse_isRefused(String text) {
    assertThatThrownBy(() -> ByteSizeText.parse(text))
        .isInstanceOf(IllegalValueException.class)
        .hasMessageContaining("write for example 192m");
  }

  @Test
  void format_bytes_isReadAgain() {
    assertThat(ByteSizeText.format(64 << 20)).isEqualTo("64m");
    assertThat(ByteSizeText.format(1L << 40)).isEqualTo("1t");
    assertThat(ByteSizeText.format(1025)).isEqualTo("1025");
  }
}
