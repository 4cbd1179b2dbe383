package io.thins3.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "0s, PT0S",
    "90, PT1M30S",
    "1.5, PT1.5S",
    "1m30s, PT1M30S",
    "1.5h, PT1H30M",
    "250ms, PT0.25S",
    "10us, PT0.00001S",
    "10µs, PT0.00001S",
    "7ns, PT0.000000007S",
    "1h0m0s, PT1H",
    "0.5ns, PT0.000000001S"
  })
  void parse_goofysForms_areUnderstood(String text, Duration expected) throws Exception {
    assertThat(DurationText.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"indefinite", "999999999999h", "999999999999"})
  void parse_indefiniteOrLonger_isAHundredYears(String text) throws Exception {
    assertThat(DurationText.parse(text)).isEqualTo(DurationText.INDEFINITE);
  }

  @Test
  void indefinite_addedToAClock_doesNotOverflow() {
    // Nanosecond clocks begin anywhere; the JVM's own counts from the machine's start.
    assertThat(Math.addExact(Duration.ofDays(3650).toNanos(), DurationText.INDEFINITE.toNanos()))
        .isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "s",
        "-1s",
        "1x",
        "1m 30s",
        "1s1",
        "1e9",
        ".5s",
        "1.s",
        "forever",
        "1,5s",
        "٣s",
        "0x10",
        "1234567890123s"
      })
  void parse_other_isRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> DurationText.parse(text))
        .isInstanceOf(IllegalValueException.class)
        .hasMessage(
            "'%s' is not a duration; write for example 30s, 1m30s, 250ms, 90 (seconds) or indefinite"
                .formatted(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"100ms", "1s", "90s", "1h", "0s", "indefinite"})
  void format_ofAParsedText_isTheText(String text) throws Exception {
    assertThat(DurationText.format(DurationText.parse(text))).isEqualTo(text);
  }
}
