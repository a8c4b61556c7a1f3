package brume.diffusion.metric;

/** What features and distances are rounded to. */
public enum Rounding {
  /** Nothing. */
  NONE {
    @Override
    double of(double x) {
      return x;
    }
  },
  /** IEEE half precision, as systems do that keep many features on a GPU. */
  HALF {
    @Override
    double of(double x) {
      if (x == 0 || !Double.isFinite(x)) {
        return x;
      }
      int exponent = Math.max(Math.getExponent(x), -14); // below, numbers are subnormal
      double unit = Math.scalb(1.0, exponent - 10);
      double rounded = Math.rint(x / unit) * unit;
      return Math.abs(rounded) > LARGEST ? Math.copySign(Double.POSITIVE_INFINITY, x) : rounded;
    }
  };

  private static final double LARGEST = 65504; // of 16 bits: (2 − 2⁻¹⁰)·2¹⁵

  abstract double of(double x);
}
