package brume.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorFunctionTest {

  @ParameterizedTest
  @CsvSource({ // Abramowitz and Stegun (1964), table 7.1, and its continuation in DLMF
    "0, 0",
    "0.1, 0.11246291601828489",
    "0.5, 0.52049987781304654",
    "1, 0.84270079294971487",
    "1.5, 0.96610514647531073",
    "2, 0.99532226501895273",
    "2.5, 0.99959304798255504",
    "3, 0.99997790950300141",
    "3.5, 0.99999925690162766",
    "4, 0.99999998458274210",
    "6, 1",
    "100, 1"
  })
  void equalsTheTables(double x, double erf) {
    assertEquals(erf, ErrorFunction.erf(x), 4e-16);
    assertEquals(-erf, ErrorFunction.erf(-x), 4e-16);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-300, 1e-9, 0.3})
  void keepsItsRelativePrecisionNearZero(double x) {
    double leading = 2 / Math.sqrt(Math.PI) * x;
    double series = leading
        * (1
            - x * x / 3
            + x * x * x * x / 10
            - Math.pow(x, 6) / 42
            + Math.pow(x, 8) / 216
            - Math.pow(x, 10) / 1320
            + Math.pow(x, 12) / 9360
            - Math.pow(x, 14) / 75600);
    assertEquals(1, ErrorFunction.erf(x) / series, 1e-14);
  }
}
