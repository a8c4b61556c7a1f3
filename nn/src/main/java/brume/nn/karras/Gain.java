package brume.nn.karras;

import static brume.autograd.function.pointwise.Multiply.multiply;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.tensor.Shape;

/** One learned factor for everything, at first 0. */
final class Gain {

  private final Variable gain; // ()

  Gain(Parameters at) {
    this.gain = at.add("gain", Shape.of(), StoredLayout.SAME, Initializer.constant(0));
  }

  Variable forward(Variable x) {
    return multiply(x, gain);
  }
}
