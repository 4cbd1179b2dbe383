package io.thins3.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ValueTypesTest {
  @ParameterizedTest
  @CsvSource({
    "http://minio:9000, http://minio:9000",
    "http://minio:9000/, http://minio:9000",
    "HTTPS://Minio.example.org, https://Minio.example.org",
    "http://127.0.0.1:1, http://127.0.0.1:1",
    "http://[::1]:9000, http://[::1]:9000"
  })
  void endpoint_schemeHostPort_isUnderstood(String text, URI expected) throws Exception {
    assertThat(ValueTypes.ENDPOINT.parse(text)).isEqualTo(expected);
  }

  @Test
  void endpoint_withoutScheme_saysWhatToWrite() {
    assertRefused(
        ValueTypes.ENDPOINT,
        "minio:9000",
        "'minio:9000' has no scheme; write http://minio:9000 or https://minio:9000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://",
        "http:///x",
        "ftp://minio",
        "http://minio:9000/path",
        "http://minio?x=1",
        "http://minio#f",
        "http://minio:99999",
        "http://minio:0",
        "http://a b",
        "http://min_io",
        "s3://bucket",
        "http://minio:port",
        "http://%zz"
      })
  void endpoint_other_isRefused(String text) {
    assertThatThrownBy(() -> ValueTypes.ENDPOINT.parse(text))
        .isInstanceOf(IllegalValueException.class)
        .hasMessageContaining(Shown.quoted(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://ak:hunter2@minio:9000", "ak:hunter2@minio", "http://a:hunter2/@m"})
  void endpoint_withPassword_doesNotShowIt(String text) {
    assertThatThrownBy(() -> ValueTypes.ENDPOINT.parse(text))
        .isInstanceOf(IllegalValueException.class)
        .message()
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "101", "-1", "1.5", "ten", "1000000000", "٣"})
  void count_outOfRangeOrNoNumber_isRefused(String text) throws Exception {
    ValueType<Integer> type = ValueTypes.count(1, 100);
    assertRefused(type, text, Shown.quoted(text) + " is not a number from 1 to 100");
    assertThat(type.parse("1")).isEqualTo(1);
    assertThat(type.parse("100")).isEqualTo(100);
  }

  @ParameterizedTest
  @CsvSource({"0644, 420", "644, 420", "0o755, 493", "0777, 511", "0, 0", "7, 7"})
  void mode_octal_isUnderstood(String text, int expected) throws Exception {
    assertThat(ValueTypes.MODE.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "rw-r--r--", "0888", "4755", "-1", "0x1ff", "0o", "1 "})
  void mode_other_isRefused(String text) {
    assertRefused(
        ValueTypes.MODE,
        text,
        "'%s' is not a mode; write it in octal, from 0 to 0777".formatted(text));
  }

  @Test
  void owner_largest_isUnsigned() throws Exception {
    assertThat(ValueTypes.OWNER.parse("0")).isZero();
    assertThat(Integer.toUnsignedLong(ValueTypes.OWNER.parse("4294967294"))).isEqualTo(4294967294L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "root", "-1", "4294967295", "99999999999999999999", "1.0", "0x0"})
  void owner_other_isRefused(String text) {
    assertRefused(
        ValueTypes.OWNER,
        text,
        "'%s' is not an id; write a number from 0 to 4294967294".formatted(text));
  }

  @ParameterizedTest
  @CsvSource({"'', true", "true, true", "1, true", "TRUE, true", "on, true", "yes, true"})
  void flag_yes_isTrue(String text, boolean expected) throws Exception {
    assertThat(ValueTypes.FLAG.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "0", "False", "off", "no"})
  void flag_no_isFalse(String text) throws Exception {
    assertThat(ValueTypes.FLAG.parse(text)).isFalse();
  }

  @Test
  void flag_other_isRefused() {
    assertRefused(ValueTypes.FLAG, "2", "'2' is neither true nor false");
  }

  @Test
  void choice_unknownWord_listsTheWords() {
    assertRefused(
        ValueTypes.choice(LogLevel.class),
        "loud",
        "'loud' is not known; write trace, debug, info, warn, error");
  }

  @Test
  void duration_outOfRange_saysTheRange() {
    assertRefused(
        ValueTypes.duration(Duration.ofMillis(100), Duration.ofHours(1)),
        "0",
        "'0' is out of range; it must be from 100ms to 1h");
  }

  @Test
  void secret_withALineEndInside_isRefusedUnseen() {
    assertThatThrownBy(() -> ValueTypes.SECRET.parse("hunter\n2"))
        .isInstanceOf(IllegalValueException.class)
        .message()
        .contains("one line")
        .doesNotContain("hunter");
  }

  @Test
  void list_ofOptions_isSplit() throws Exception {
    assertThat(ValueTypes.LIST.parse("allow_other, ,max_read=1,"))
        .containsExactly("allow_other", "max_read=1");
  }

  private static void assertRefused(ValueType<?> type, String text, String message) {
    assertThatThrownBy(() -> type.parse(text))
        .isInstanceOf(IllegalValueException.class)
        .hasMessage(message);
  }
}
