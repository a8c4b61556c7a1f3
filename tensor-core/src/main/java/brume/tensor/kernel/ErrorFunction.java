package brume.tensor.kernel;

/**
 * The error function, erf x = 2/√π·∫ e^(−t²) dt from 0 to x, to the last digits of a double.
 *
 * @see <a href="https://dlmf.nist.gov/7">NIST Digital Library of Mathematical Functions, chapter 7</a>
 */
final class ErrorFunction {

  private static final double FAR = 1;
  private static final int TERMS = 200; // enough at FAR, where both expansions converge slowest

  private ErrorFunction() {}

  static double erf(double x) {
    double distance = Math.abs(x);
    double erf = distance < FAR ? series(distance) : 1 - complement(distance);
    return Math.copySign(erf, x);
  }

  /** erf x = 2/√π·e^(−x²)·Σ 2ⁿ·x^(2n+1)/(1·3···(2n+1)), whose terms are all positive (7.6.2). */
  private static double series(double x) {
    double term = x, sum = x;
    for (int n = 1; n <= TERMS; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** 1 − erf x = e^(−x²)/√π·1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + ...)))) (7.9.1). */
  private static double complement(double x) {
    double fraction = x;
    for (int n = TERMS; n >= 1; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
  }
}
