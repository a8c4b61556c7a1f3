package brume.diffusion.process;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** The formulas of {@link NoiseSchedule}'s variances. */
final class Betas {

  private static final double LARGEST = 0.999; // Nichol and Dhariwal (2021), below eq. 17

  private Betas() {}

  static double[] linear(int steps, double first, double last) {
    double[] betas = new double[steps];
    // From both ends, so that the last one is exact.
    double gap = steps == 1 ? 0 : (last - first) / (steps - 1);
    for (int t = 0; t < steps; t++) {
      betas[t] = t < steps / 2 ? first + t * gap : last - (steps - 1 - t) * gap;
    }
    if (steps == 1) {
      betas[0] = first;
    }
    return betas;
  }

  static double[] scaledLinear(int steps, double first, double last) {
    double[] roots = linear(steps, Math.sqrt(first), Math.sqrt(last));
    return Arrays.stream(roots).map(root -> root * root).toArray();
  }

  static double[] warmup(int steps, double first, double last, double fraction) {
    double[] betas = new double[steps];
    Arrays.fill(betas, last);
    int growing = (int) (steps * fraction);
    System.arraycopy(linear(growing, first, last), 0, betas, 0, growing);
    return betas;
  }

  static double[] harmonic(int steps) {
    double[] betas = new double[steps];
    Arrays.setAll(betas, t -> 1.0 / (steps - t));
    return betas;
  }

  static double[] cosine(int steps, double offset) {
    return between(steps, t -> {
      double cosine = Math.cos(((double) t / steps + offset) / (1 + offset) * Math.PI / 2);
      return cosine * cosine;
    });
  }

  static double[] sigmoid(int steps, double start, double end, double tau) {
    // The original keeps the sigmoid of these two in single precision, and ᾱ near its end, a
    // difference of almost equal numbers, shows it: 2.6e-5 relative.
    float atStart = (float) sigmoid((float) (start / tau)),
        atEnd = (float) sigmoid((float) (end / tau));
    return between(steps, t -> {
      double x = (double) t / steps * (end - start) + start;
      return (atEnd - sigmoid(x / tau)) / (atEnd - atStart);
    });
  }

  static double[] sigmoidBetas(int steps, double first, double last) {
    return Arrays.stream(linear(steps, -6, 6))
        .map(x -> first + (last - first) * sigmoid(x))
        .toArray();
  }

  static double[] laplace(int steps) {
    return between(steps, t -> {
      double half = 0.5 - (double) t / steps;
      double logSnr = -0.5 * Math.copySign(1, half) * Math.log(1 - 2 * Math.abs(half) + 1e-6);
      return Math.sqrt(sigmoid(logSnr)); // of the signal, not of its square, as in the original
    });
  }

  /** β[t] = 1 − f(t + 1)/f(t), limited to keep the process invertible. */
  private static double[] between(int steps, IntToDoubleFunction alphaBar) {
    double[] betas = new double[steps];
    for (int t = 0; t < steps; t++) {
      double beta = 1 - alphaBar.applyAsDouble(t + 1) / alphaBar.applyAsDouble(t);
      betas[t] = Math.min(Math.max(beta, 0), LARGEST);
    }
    return betas;
  }

  static double[] withZeroTerminalSnr(double[] alphaBars) {
    int steps = alphaBars.length;
    double first = Math.sqrt(alphaBars[0]), last = Math.sqrt(alphaBars[steps - 1]);
    double[] betas = new double[steps];
    double before = 1;
    for (int t = 0; t < steps; t++) {
      double root = (Math.sqrt(alphaBars[t]) - last) * (first / (first - last));
      betas[t] = 1 - root * root / before;
      before = root * root;
    }
    return betas;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
