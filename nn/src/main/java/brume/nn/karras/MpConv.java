package brume.nn.karras;

import static brume.autograd.function.magnitude.NormalizeWeight.normalizeWeight;
import static brume.autograd.function.shape.Pad.pad;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.init.Initializer;
import brume.tensor.Shape;

/**
 * A convolution without bias that keeps magnitudes: each of its filters is used at length one. What a
 * bias would do, a channel of ones before those of x can do.
 */
final class MpConv {

  private final Space space;
  private final boolean ones;
  private final Variable weight;
  private final double length; // of the filters in use

  private MpConv(Parameters at, Space space, int cin, int cout, int size, boolean ones) {
    this.space = space;
    this.ones = ones;
    Shape filters = space.filters(cout, size, ones ? cin + 1 : cin);
    this.weight = at.add("weight", filters, space.layout(), Initializer.normal());
    int positions = space.filters(1, size, 1).size();
    double seen = (double) filters.size() / cout;
    this.length = Math.sqrt(seen / (positions * cin)); // the ones do not count as inputs
  }

  MpConv(Parameters at, Space space, int cin, int cout, int size) {
    this(at, space, cin, cout, size, false);
  }

  static MpConv withOnes(Parameters at, Space space, int cin, int cout, int size) {
    return new MpConv(at, space, cin, cout, size, true);
  }

  /** (N, ..., Cin) to (N, ..., Cout). */
  Variable forward(Variable x) {
    return space.convolve(ones ? pad(x, -1, 1, 0, 1) : x, normalizeWeight(weight, length));
  }
}
