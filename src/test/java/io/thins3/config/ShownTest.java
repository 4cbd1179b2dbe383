package io.thins3.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShownTest {
  @Test
  void escaped_harmlessText_isTheSameObject() {
    String text = "naïve – 数据 😀 a\\b";
    assertThat(Shown.escaped(text)).isSameAs(text);
  }

  @Test
  void escaped_whatForgesLines_isVisible() {
    assertThat(Shown.escaped("a\nb\r\tc\u0000\u001b[2J\u007f\u0085\u2028\u202e\ud800x"))
        .isEqualTo("a\\nb\\r\\tc\\u0000\\u001b[2J\\u007f\\u0085\\u2028\\u202e\\ud800x");
  }

  @Test
  void plain_longText_isCut() {
    assertThat(Shown.plain("x".repeat(1000))).hasSizeLessThan(250).endsWith("(1000 characters)");
  }

  @ParameterizedTest
  @CsvSource({
    "http://ak:sk@minio:9000, http://***@minio:9000",
    "http://ak:s/k@x@minio:9000/b, http://***@minio:9000/b",
    "ak:sk@minio:9000, ***@minio:9000",
    "/mnt/a@b, /mnt/a@b",
    "s3://bucket/key, s3://bucket/key"
  })
  void plain_uriWithPassword_hidesIt(String text, String expected) {
    assertThat(Shown.plain(text)).isEqualTo(expected);
  }
}
