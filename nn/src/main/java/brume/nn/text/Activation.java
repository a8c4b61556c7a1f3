package brume.nn.text;

import brume.autograd.Variable;
import brume.autograd.function.pointwise.Pointwise;
import java.util.Locale;

/** What stands between the two layers of a feed-forward part. */
public enum Activation {
  /** With the error function. */
  GELU {
    @Override
    Variable of(Variable x) {
      return Pointwise.gelu(x);
    }
  },
  /** Its approximation by tanh. */
  GELU_TANH {
    @Override
    Variable of(Variable x) {
      return Pointwise.geluTanh(x);
    }
  },
  /** Its approximation by a sigmoid, x·σ(1.702·x), which the first CLIP has. */
  QUICK_GELU {
    @Override
    Variable of(Variable x) {
      return Pointwise.quickGelu(x);
    }
  },
  /** The larger of x and 0. */
  RELU {
    @Override
    Variable of(Variable x) {
      return Pointwise.relu(x);
    }
  },
  /** x·σ(x). */
  SILU {
    @Override
    Variable of(Variable x) {
      return Pointwise.silu(x);
    }
  };

  abstract Variable of(Variable x);

  /** The name in lower case, with hyphens. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
