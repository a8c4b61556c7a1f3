package brume.cuda.emulator;

/** Rounding of exact results to single precision, in the four directions of PTX. */
enum Rounding {
  /** To the nearest; of two equally near, to the even one. */
  NEAREST,
  /** Toward zero. */
  ZERO,
  /** Toward minus infinity. */
  DOWN,
  /** Toward plus infinity. */
  UP;

  /** Rounds a·b + c once. */
  float fma(float a, float b, float c) {
    double product = (double) a * b; // exact: 24 + 24 bits
    double sum = product + c;
    if (this == DOWN && sum == 0 && signed(product) != signed(c)) {
      return -0f;
    }
    double shift = sum - product;
    double rest = (product - (sum - shift)) + (c - shift); // sum + rest = product + c, exactly
    return round(sum, Double.isFinite(sum) ? rest : 0);
  }

  /** Rounds a + b once. */
  float add(float a, float b) {
    return fma(a, 1, b);
  }

  /** Rounds a·b once. */
  float multiply(float a, float b) {
    return round((double) a * b, 0);
  }

  /** Rounds a / b once. */
  float divide(float a, float b) {
    double quotient = (double) a / b;
    if (!Double.isFinite(quotient) || quotient == 0) {
      return (float) quotient;
    }
    double rest = -Math.fma(quotient, b, -(double) a) / b;
    return round(quotient, rest);
  }

  /** Rounds the root of a once. */
  float squareRoot(float a) {
    double root = Math.sqrt(a);
    if (!Double.isFinite(root) || root == 0) {
      return (float) root;
    }
    return round(root, -Math.fma(root, root, -(double) a) / (2 * root));
  }

  /** Rounds value + rest, where the rest is at most half of the last bit of the value. */
  float round(double value, double rest) {
    if (this == NEAREST) {
      return (float) sticky(value, rest);
    }
    float near = (float) value;
    double missing = value - near + rest;
    if (missing < 0 && (this == DOWN || this == ZERO && near > 0)) {
      return Math.nextDown(near);
    }
    if (missing > 0 && (this == UP || this == ZERO && near < 0)) {
      return Math.nextUp(near);
    }
    return near;
  }

  /** The value with its last bit set if there is a rest, so that rounding again is right. */
  private static double sticky(double value, double rest) {
    if (rest == 0 || (Double.doubleToRawLongBits(value) & 1) != 0) {
      return value;
    }
    return rest > 0 == value > 0 ? next(value, 1) : next(value, -1);
  }

  private static double next(double value, int step) {
    return Double.longBitsToDouble(Double.doubleToRawLongBits(value) + step);
  }

  private static boolean signed(double value) {
    return Double.doubleToRawLongBits(value) < 0;
  }
}
