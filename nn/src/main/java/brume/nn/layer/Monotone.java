package brume.nn.layer;

import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Pointwise.abs;
import static brume.autograd.function.pointwise.Pointwise.sigmoid;

import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.init.Initialization;
import brume.tensor.Shape;
import java.util.List;

/**
 * A number that never falls when another one rises: a line, and a sum of sigmoids of it, with weights that
 * are not negative.
 *
 * <pre>
 *   u = |w₁|·t + |b₁|,   y = u + |w₃|·sigmoid(|w₂|·u + |b₂|) + |b₃|
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/2107.00630">Kingma et al., Variational Diffusion Models (2021),
 *     appendix H</a>
 */
public final class Monotone implements Layer {

  private final Parameters at;
  private final Positive line, inner, outer;

  /** A linear layer whose weights and biases count without their signs. */
  private record Positive(Variable weight, Variable bias) {
    static Positive of(Parameters at, int in, int out) {
      Initialization usual = Initialization.kaiming();
      return new Positive(
          at.add("weight", Shape.of(out, in), StoredLayout.SAME, usual.weight(in, out)),
          at.add("bias", Shape.of(out), StoredLayout.SAME, usual.bias(in)));
    }

    Variable forward(Variable x) {
      return linear(x, abs(weight), abs(bias));
    }

    /** The same of numbers of the host. */
    double[] forward(double[] x) {
      double[] w = weight.value().toDoubles(), b = bias.value().toDoubles();
      double[] y = new double[b.length];
      for (int out = 0; out < y.length; out++) {
        y[out] = Math.abs(b[out]);
        for (int in = 0; in < x.length; in++) {
          y[out] += Math.abs(w[out * x.length + in]) * x[in];
        }
      }
      return y;
    }
  }

  /**
   * Creates the layers.
   *
   * @param at their place
   * @param hidden how many sigmoids
   */
  public Monotone(Parameters at, int hidden) {
    this.at = at;
    // Named as in denoising-diffusion-pytorch's learned_noise_schedule.
    this.line = Positive.of(at.child("net.1.net"), 1, 1);
    this.inner = Positive.of(at.child("net.2.fn.0.net"), 1, hidden);
    this.outer = Positive.of(at.child("net.2.fn.2.net"), hidden, 1);
  }

  /**
   * Applies the layers.
   *
   * @param t (N, 1)
   * @return (N, 1)
   */
  public Variable forward(Variable t) {
    Variable u = line.forward(t);
    return add(u, outer.forward(sigmoid(inner.forward(u))));
  }

  /**
   * The same of one number, in double precision.
   *
   * @param t any
   * @return y
   */
  public double forward(double t) {
    double[] u = line.forward(new double[] {t}), waves = inner.forward(u);
    for (int i = 0; i < waves.length; i++) {
      waves[i] = 1 / (1 + Math.exp(-waves[i]));
    }
    return u[0] + outer.forward(waves)[0];
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
