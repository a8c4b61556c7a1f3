package brume.tensor.kernel;

/**
 * Functions that make a row of as many numbers of a row of numbers, each with its gradient. Some have
 * a parameter p, which the others ignore.
 */
public enum RowFunction {
  /** Logarithm of the softmax: xᵢ − log Σ e^xⱼ. The gradient needs the output. */
  LOG_SOFTMAX {
    @Override
    public void value(double[] x, double p, double[] y) {
      double max = Reduction.MAXIMUM.value(x, 0), sum = 0;
      for (double xi : x) {
        sum += Math.exp(xi - max);
      }
      for (int i = 0; i < x.length; i++) {
        y[i] = x[i] - max - Math.log(sum);
      }
    }

    @Override
    public void gradient(double[] y, double p, double[] dy, double[] dx) {
      double sum = Reduction.SUM.value(dy, 0);
      for (int i = 0; i < y.length; i++) {
        dx[i] = dy[i] - Math.exp(y[i]) * sum;
      }
    }
  },

  /** Running sum: x₀ + ... + xᵢ. The gradient needs nothing. */
  CUMULATIVE_SUM {
    @Override
    public void value(double[] x, double p, double[] y) {
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        sum += x[i];
        y[i] = sum;
      }
    }

    @Override
    public void gradient(double[] nothing, double p, double[] dy, double[] dx) {
      double sum = 0;
      for (int i = dy.length - 1; i >= 0; i--) {
        sum += dy[i];
        dx[i] = sum;
      }
    }
  },

  /** Running product: x₀ ··· xᵢ. The gradient needs the input. */
  CUMULATIVE_PRODUCT {
    @Override
    public void value(double[] x, double p, double[] y) {
      double product = 1;
      for (int i = 0; i < x.length; i++) {
        product *= x[i];
        y[i] = product;
      }
    }

    /** dxₖ = (x₀ ··· xₖ₋₁)·sₖ,  sₖ = dyₖ + xₖ₊₁·sₖ₊₁: without division, since some may be 0. */
    @Override
    public void gradient(double[] x, double p, double[] dy, double[] dx) {
      double s = 0;
      for (int k = x.length - 1; k >= 0; k--) {
        s = dy[k] + (k + 1 < x.length ? x[k + 1] * s : 0);
        dx[k] = s;
      }
      double before = 1;
      for (int k = 0; k < x.length; k++) {
        dx[k] *= before;
        before *= x[k];
      }
    }
  },

  /** Direction: xᵢ/max(‖x‖, p). The gradient needs the input. */
  NORMALIZE {
    @Override
    public void value(double[] x, double p, double[] y) {
      double norm = Math.max(Reduction.NORM.value(x, 0), p);
      for (int i = 0; i < x.length; i++) {
        y[i] = x[i] / norm;
      }
    }

    /** dx = (dy − y·Σ dy·y)/‖x‖; below p, where the divisor is constant, dx = dy/p. */
    @Override
    public void gradient(double[] x, double p, double[] dy, double[] dx) {
      double norm = Reduction.NORM.value(x, 0), divisor = Math.max(norm, p), dot = 0;
      for (int i = 0; i < x.length; i++) {
        dot += norm < p ? 0 : dy[i] * (x[i] / divisor);
      }
      for (int i = 0; i < x.length; i++) {
        dx[i] = (dy[i] - x[i] / divisor * dot) / divisor;
      }
    }
  };

  /**
   * The function itself.
   *
   * @param x a row, not empty
   * @param p the parameter, if there is one
   * @param y receives the result
   */
  public abstract void value(double[] x, double p, double[] y);

  /**
   * What each number of a row adds to the loss, by way of the whole result.
   *
   * @param saved input or output of the function, whichever its gradient needs
   * @param p the parameter, if there is one
   * @param dy gradient with respect to the result
   * @param dx receives the gradient with respect to x
   */
  public abstract void gradient(double[] saved, double p, double[] dy, double[] dx);
}
