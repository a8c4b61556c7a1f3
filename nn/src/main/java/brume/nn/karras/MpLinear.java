package brume.nn.karras;

import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.magnitude.NormalizeWeight.normalizeWeight;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.tensor.Shape;

/** A matrix product that keeps magnitudes: the weights of each output are used at length one. */
final class MpLinear {

  private final Variable weight; // (out, in)

  MpLinear(Parameters at, int in, int out) {
    this.weight = at.add("weight", Shape.of(out, in), StoredLayout.SAME, Initializer.normal());
  }

  /** (N, in) to (N, out). */
  Variable forward(Variable x) {
    return linear(x, normalizeWeight(weight, 1));
  }
}
