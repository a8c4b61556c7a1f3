package brume.nn.text;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Multiply.multiply;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.init.Initialization;
import brume.nn.layer.Heads;
import brume.nn.layer.Linear;
import java.util.List;
import java.util.Optional;

/**
 * A layer of T5, without biases; products of attention are not scaled but moved by distance:
 *
 * <pre>
 *   x ← x + O·softmax(q·kᵀ + bias of distance)·v           q, k, v of norm(x)
 *   y = x + W'·f(W·norm(x))                                 or W'·(f(W₀·norm(x))·W₁·norm(x))
 * </pre>
 */
final class T5Layer implements Layer {

  private final Parameters at;
  private final T5Config config;
  private final Linear toQ;
  private final Linear toK;
  private final Linear toV;
  private final Linear toOut;
  private final T5Norm norm1;
  private final Linear inner;
  private final Optional<Linear> gate;
  private final Linear outer;
  private final T5Norm norm2;

  T5Layer(Parameters at, T5Config config) {
    this.at = at;
    this.config = config;
    int dim = config.dim(), all = config.allHeads(), wide = config.inner();
    Initialization in = Gaussian.layers(1 / Math.sqrt(dim));
    Parameters attention = at.child("layer.0.SelfAttention");
    Parameters feed = at.child("layer.1.DenseReluDense");
    // As products are not scaled, queries begin smaller.
    this.toQ = Linear.withoutBias(
        attention.child("q"),
        dim,
        all,
        Gaussian.layers(1 / Math.sqrt((double) dim * config.headDim())));
    this.toK = Linear.withoutBias(attention.child("k"), dim, all, in);
    this.toV = Linear.withoutBias(attention.child("v"), dim, all, in);
    this.toOut =
        Linear.withoutBias(attention.child("o"), all, dim, Gaussian.layers(1 / Math.sqrt(all)));
    this.norm1 = new T5Norm(at.child("layer.0.layer_norm"), dim, config.eps());
    this.inner = Linear.withoutBias(feed.child(config.gated() ? "wi_0" : "wi"), dim, wide, in);
    this.gate = config.gated()
        ? Optional.of(Linear.withoutBias(feed.child("wi_1"), dim, wide, in))
        : Optional.empty();
    this.outer =
        Linear.withoutBias(feed.child("wo"), wide, dim, Gaussian.layers(1 / Math.sqrt(wide)));
    this.norm2 = new T5Norm(at.child("layer.1.layer_norm"), dim, config.eps());
  }

  /** (N, L, dim), and what is added to the products of attention, to the same shape. */
  Variable forward(Variable x, Variable added, Pass pass) {
    return pass.part(
        this,
        List.of(x, added),
        inputs -> Tape.tidy(() -> {
          Variable h = add(inputs.get(0), attend(norm1.forward(inputs.get(0)), inputs.get(1)));
          return add(h, feedForward(norm2.forward(h)));
        }));
  }

  private Variable attend(Variable x, Variable added) {
    return toOut.forward(Heads.attend(
        toQ.forward(x), toK.forward(x), toV.forward(x), config.heads(), 1, Optional.of(added)));
  }

  private Variable feedForward(Variable x) {
    Variable wide = config.activation().of(inner.forward(x));
    return outer.forward(gate.map(layer -> multiply(wide, layer.forward(x))).orElse(wide));
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
