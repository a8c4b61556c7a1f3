package brume.nn.vision;

import static brume.autograd.function.shape.Concatenate.concatenate;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.tensor.Shape;
import brume.tensor.kernel.ConvGeometry.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Layers one after the other, in the making: each sees the channels that the one before has left. */
final class Branch {

  private final Parameters at; // of the whole block
  private final List<UnaryOperator<Variable>> layers = new ArrayList<>();
  private int channels;

  private Branch(Parameters at, int channels) {
    this.at = at;
    this.channels = channels;
  }

  /** Begins with so many channels. */
  static Branch of(Parameters at, int channels) {
    return new Branch(at, channels);
  }

  /** Adds a convolution of one pixel. */
  Branch one(String name, int out) {
    return conv(name, out, 1, 1, new Window(1, 1, 0, 0, 0, 0, 1, 1, 1));
  }

  /** Adds a convolution that keeps the size of pictures. */
  Branch same(String name, int out, int height, int width) {
    int h = height / 2, w = width / 2;
    return conv(name, out, height, width, new Window(1, 1, h, w, h, w, 1, 1, 1));
  }

  /** Adds a convolution of 3x3 whose filters stay within pictures. */
  Branch inside(String name, int out, int stride) {
    return conv(name, out, 3, 3, Window.strided(stride, 0));
  }

  private Branch conv(String name, int out, int height, int width, Window window) {
    NormalizedConv conv =
        new NormalizedConv(at.child(name), Shape.of(out, height, width, channels), window);
    layers.add(conv::forward);
    channels = out;
    return this;
  }

  /** Adds what has no parameters and leaves the channels as they are. */
  Branch then(UnaryOperator<Variable> pool) {
    layers.add(pool);
    return this;
  }

  /** Adds two that see the same, whose channels are put side by side. */
  Branch fork(UnaryOperator<Branch> first, UnaryOperator<Branch> second) {
    Branch a = first.apply(of(at, channels)), b = second.apply(of(at, channels));
    layers.add(x -> concatenate(a.forward(x), b.forward(x)));
    channels = a.channels + b.channels;
    return this;
  }

  /** Adds several that see the same, whose channels are put side by side. */
  static Branch join(Parameters at, int channels, List<UnaryOperator<Branch>> parts) {
    List<Branch> branches =
        parts.stream().map(part -> part.apply(of(at, channels))).toList();
    Branch joined = of(at, channels);
    joined.layers.add(x ->
        concatenate(branches.stream().map(branch -> branch.forward(x)).toArray(Variable[]::new)));
    joined.channels = branches.stream().mapToInt(branch -> branch.channels).sum();
    return joined;
  }

  Variable forward(Variable x) {
    Variable h = x;
    for (UnaryOperator<Variable> layer : layers) {
      h = layer.apply(h);
    }
    return h;
  }

  int channels() {
    return channels;
  }
}
