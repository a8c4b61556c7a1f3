package brume.nn.layer;

import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.pointwise.Pointwise.cos;
import static brume.autograd.function.pointwise.Pointwise.sin;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.Query;
import brume.nn.StoredLayout;
import brume.nn.init.Initialization;
import brume.nn.init.Initializer;
import brume.tensor.Device;
import brume.tensor.Shape;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** What a network is told about time: an encoding, then two linear layers with an activation between. */
public final class TimeEmbedding implements Layer {

  private final Parameters at;
  private final Device device;
  private final Function<Query, Variable> encode; // of N samples to (N, encoded)
  private final Linear inner;
  private final UnaryOperator<Variable> activation;
  private final Linear outer;

  /**
   * The two linear layers of a family of networks.
   *
   * @param inner name of the first
   * @param outer name of the second
   * @param initialization how both begin
   * @param activation between them
   */
  public record Layers(
      String inner,
      String outer,
      Initialization initialization,
      UnaryOperator<Variable> activation) {}

  /**
   * Creates the layers.
   *
   * @param at its place
   * @param encoding sines of fixed, random or learned frequencies
   * @param dim numbers per time if the encoding is sinusoidal
   * @param out channels of the result
   * @param layers that follow
   */
  public TimeEmbedding(Parameters at, TimeEncoding encoding, int dim, int out, Layers layers) {
    this.at = at;
    this.device = at.device();
    int encoded = dim;
    if (encoding instanceof TimeEncoding.Fourier fourier) {
      encoded = fourier.dim() + 1;
      Variable frequencies = frequencies(at.child("0"), fourier);
      this.encode = query -> waves(query, frequencies);
    } else {
      TimeEncoding.Sinusoidal sinusoidal = (TimeEncoding.Sinusoidal) encoding;
      this.encode = query -> sinusoidal.encoded(query, device, dim);
    }
    this.inner = new Linear(at.child(layers.inner()), encoded, out, layers.initialization());
    this.activation = layers.activation();
    this.outer = new Linear(at.child(layers.outer()), out, out, layers.initialization());
  }

  /**
   * Applies the layers.
   *
   * @param query whose times are told
   * @return (N, out)
   */
  public Variable forward(Query query) {
    return outer.forward(activation.apply(inner.forward(encode.apply(query))));
  }

  private static Variable frequencies(Parameters at, TimeEncoding.Fourier fourier) {
    Shape shape = Shape.of(fourier.dim() / 2);
    return fourier.learned()
        ? at.add("weights", shape, StoredLayout.SAME, Initializer.normal())
        : at.addFrozen("weights", shape, StoredLayout.SAME, Initializer.normal());
  }

  private Variable waves(Query query, Variable frequencies) {
    Variable times = column(query);
    Variable turns = column(query.withTimesScaled(2 * Math.PI));
    Variable column = reshape(frequencies, Shape.of(frequencies.shape().size(), 1));
    Variable angles = linear(turns, column);
    return concatenate(times, sin(angles), cos(angles));
  }

  /** (N, 1) the times, through which a gradient goes where they are learned. */
  private Variable column(Query query) {
    int n = query.times().length;
    return query
        .learnedTimes()
        .map(times -> reshape(times, Shape.of(n, 1)))
        .orElseGet(() -> query.ofTimes(device, Shape.of(n, 1), times -> times));
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
