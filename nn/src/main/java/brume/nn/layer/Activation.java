package brume.nn.layer;

import brume.autograd.Variable;
import brume.autograd.function.pointwise.Pointwise;
import java.util.Locale;

/** What comes behind a normalization or between two layers, where a network may have one of several. */
public enum Activation {
  /** With the error function. */
  GELU {
    @Override
    public Variable of(Variable x) {
      return Pointwise.gelu(x);
    }
  },
  /** Its approximation by tanh. */
  GELU_TANH {
    @Override
    public Variable of(Variable x) {
      return Pointwise.geluTanh(x);
    }
  },
  /** Its approximation by a sigmoid, x·σ(1.702·x), which the first CLIP has. */
  QUICK_GELU {
    @Override
    public Variable of(Variable x) {
      return Pointwise.quickGelu(x);
    }
  },
  /** The larger of x and 0. */
  RELU {
    @Override
    public Variable of(Variable x) {
      return Pointwise.relu(x);
    }
  },
  /** x·σ(x). */
  SILU {
    @Override
    public Variable of(Variable x) {
      return Pointwise.silu(x);
    }
  };

  /**
   * Applies it.
   *
   * @param x of any shape
   * @return of the same shape
   */
  public abstract Variable of(Variable x);

  /** The name in lower case, with hyphens. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
