package brume.tensor.kernel;

import java.util.Arrays;

/**
 * Functions that make one number of a row of numbers, each with its gradient. Some have a parameter
 * p, which the others ignore.
 */
public enum Reduction {
  /** Sum: Σ xᵢ. */
  SUM {
    @Override
    public double value(double[] x, double p) {
      double sum = 0;
      for (double xi : x) {
        sum += xi;
      }
      return sum;
    }

    @Override
    public void gradient(double[] x, double p, double dy, double[] dx) {
      Arrays.fill(dx, dy);
    }
  },

  /** Product: Π xᵢ, whose gradient is the product of the others, also where some are 0. */
  PRODUCT {
    @Override
    public double value(double[] x, double p) {
      double product = 1;
      for (double xi : x) {
        product *= xi;
      }
      return product;
    }

    @Override
    public void gradient(double[] x, double p, double dy, double[] dx) {
      double before = dy, after = 1;
      for (int i = 0; i < x.length; i++) {
        dx[i] = before;
        before *= x[i];
      }
      for (int i = x.length - 1; i >= 0; i--) {
        dx[i] *= after;
        after *= x[i];
      }
    }
  },

  /** Largest number; equal ones share its gradient evenly. */
  MAXIMUM {
    @Override
    public double value(double[] x, double p) {
      double max = Double.NEGATIVE_INFINITY;
      for (double xi : x) {
        max = Math.max(max, xi);
      }
      return max;
    }

    @Override
    public void gradient(double[] x, double p, double dy, double[] dx) {
      share(x, value(x, p), dy, dx);
    }
  },

  /** Smallest number; equal ones share its gradient evenly. */
  MINIMUM {
    @Override
    public double value(double[] x, double p) {
      double min = Double.POSITIVE_INFINITY;
      for (double xi : x) {
        min = Math.min(min, xi);
      }
      return min;
    }

    @Override
    public void gradient(double[] x, double p, double dy, double[] dx) {
      share(x, value(x, p), dy, dx);
    }
  },

  /** Position of the largest number, the first one if several are equal. It has no gradient. */
  ARG_MAX {
    @Override
    public double value(double[] x, double p) {
      return first(x, MAXIMUM.value(x, p));
    }

    @Override
    public void gradient(double[] x, double p, double dy, double[] dx) {
      Arrays.fill(dx, 0);
    }
  },

  /** Position of the smallest number, the first one if several are equal. It has no gradient. */
  ARG_MIN {
    @Override
    public double value(double[] x, double p) {
      return first(x, MINIMUM.value(x, p));
    }

    @Override
    public void gradient(double[] x, double p, double dy, double[] dx) {
      Arrays.fill(dx, 0);
    }
  },

  /** Largest number; the first of several equal ones has all the gradient. */
  FIRST_MAXIMUM {
    @Override
    public double value(double[] x, double p) {
      return MAXIMUM.value(x, p);
    }

    @Override
    public void gradient(double[] x, double p, double dy, double[] dx) {
      Arrays.fill(dx, 0);
      dx[first(x, value(x, p))] = dy;
    }
  },

  /** Smallest number; the first of several equal ones has all the gradient. */
  FIRST_MINIMUM {
    @Override
    public double value(double[] x, double p) {
      return MINIMUM.value(x, p);
    }

    @Override
    public void gradient(double[] x, double p, double dy, double[] dx) {
      Arrays.fill(dx, 0);
      dx[first(x, value(x, p))] = dy;
    }
  },

  /** Variance of n numbers with correction p: Σ (xᵢ − μ)²/(n − p),  μ = Σ xᵢ/n. */
  VARIANCE {
    @Override
    public double value(double[] x, double p) {
      // About the mean: E[x²] − μ² would cancel when |μ| is much larger than the deviation.
      double mean = SUM.value(x, 0) / x.length, sum = 0;
      for (double xi : x) {
        sum += (xi - mean) * (xi - mean);
      }
      return sum / (x.length - p);
    }

    @Override
    public void gradient(double[] x, double p, double dy, double[] dx) {
      double mean = SUM.value(x, 0) / x.length;
      for (int i = 0; i < x.length; i++) {
        dx[i] = dy * 2 * (x[i] - mean) / (x.length - p);
      }
    }
  },

  /** Standard deviation with correction p, the root of {@link #VARIANCE}; of slope 0 at 0. */
  STANDARD_DEVIATION {
    @Override
    public double value(double[] x, double p) {
      return Math.sqrt(VARIANCE.value(x, p));
    }

    @Override
    public void gradient(double[] x, double p, double dy, double[] dx) {
      double y = value(x, p);
      VARIANCE.gradient(x, p, y == 0 ? 0 : dy / (2 * y), dx);
    }
  },

  /** Euclidean norm: √Σ xᵢ², of slope 0 at 0. */
  NORM {
    @Override
    public double value(double[] x, double p) {
      double sum = 0;
      for (double xi : x) {
        sum += xi * xi;
      }
      return Math.sqrt(sum);
    }

    @Override
    public void gradient(double[] x, double p, double dy, double[] dx) {
      double y = value(x, p);
      for (int i = 0; i < x.length; i++) {
        dx[i] = y == 0 ? 0 : dy * x[i] / y;
      }
    }
  },

  /** Logarithm of a sum of exponentials: log Σ e^xᵢ. */
  LOG_SUM_EXP {
    @Override
    public double value(double[] x, double p) {
      double max = MAXIMUM.value(x, p), sum = 0;
      double finite = Double.isInfinite(max) ? 0 : max;
      for (double xi : x) {
        sum += Math.exp(xi - finite);
      }
      return finite + Math.log(sum);
    }

    @Override
    public void gradient(double[] x, double p, double dy, double[] dx) {
      double y = value(x, p);
      for (int i = 0; i < x.length; i++) {
        dx[i] = dy * Math.exp(x[i] - y);
      }
    }
  };

  /**
   * The function itself.
   *
   * @param x a row, not empty
   * @param p the parameter, if there is one
   * @return f(x)
   */
  public abstract double value(double[] x, double p);

  /**
   * What each number of a row adds to the loss, by way of the value of the row.
   *
   * @param x a row, not empty
   * @param p the parameter, if there is one
   * @param dy gradient with respect to the value
   * @param dx receives dy·∂f/∂xᵢ
   */
  public abstract void gradient(double[] x, double p, double dy, double[] dx);

  private static int first(double[] x, double value) {
    int i = 0;
    while (i < x.length - 1 && Double.compare(x[i], value) != 0 && x[i] != value) {
      i++;
    }
    return i;
  }

  private static void share(double[] x, double value, double dy, double[] dx) {
    int count = 0;
    for (double xi : x) {
      count += xi == value ? 1 : 0;
    }
    for (int i = 0; i < x.length; i++) {
      dx[i] = x[i] == value ? dy / count : 0;
    }
  }
}
