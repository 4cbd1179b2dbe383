package io.thins3.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FiguresTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1234567.8 | 1,234,568",
        "1000 | 1,000",
        "999.4 | 999",
        "100 | 100",
        "99.94 | 99.9",
        "10 | 10.0",
        "9.994 | 9.99",
        "1 | 1.00",
        "0.9994 | 0.999",
        "0 | 0.000",
        "-12.34 | -12.3",
      })
  void figure_anySize_hasThreeDigits(double value, String text) {
    assertThat(Figures.figure(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0.031, 0.03x", "1, 1.00x", "12.34, 12.3x", "123.4, 123x"})
  void ratio_anySize_hasAnX(double value, String text) {
    assertThat(Figures.ratio(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"104857600, 100", "1572864, 2", "0, 0"})
  void mebibytes_bytes_areRounded(double bytes, String text) {
    assertThat(Figures.mebibytes(bytes)).isEqualTo(text);
  }
}
