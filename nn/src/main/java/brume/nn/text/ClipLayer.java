package brume.nn.text;

import static brume.autograd.function.pointwise.Add.add;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.init.Initialization;
import brume.nn.layer.Heads;
import brume.nn.layer.LayerNorm;
import brume.nn.layer.Linear;
import java.util.List;
import java.util.Optional;

/**
 * A layer of a transformer with its normalizations before its parts:
 *
 * <pre>
 *   x ← x + W·attention(norm(x))
 *   y = x + V'·f(V·norm(x))
 * </pre>
 */
final class ClipLayer implements Layer {

  private final Parameters at;
  private final TransformerConfig config;
  private final LayerNorm norm1;
  private final Linear toQ;
  private final Linear toK;
  private final Linear toV;
  private final Linear toOut;
  private final LayerNorm norm2;
  private final Linear inner;
  private final Linear outer;

  ClipLayer(Parameters at, TransformerConfig config) {
    this.at = at;
    this.config = config;
    int dim = config.dim();
    // As OpenAI has it: what is added to the residual is smaller the more layers there are.
    Initialization in = Gaussian.layers(1 / Math.sqrt(dim));
    Initialization out = Gaussian.layers(1 / Math.sqrt(2.0 * dim * config.layers()));
    Parameters attention = at.child("self_attn");
    this.norm1 = new LayerNorm(at.child("layer_norm1"), dim, config.eps());
    this.toQ = new Linear(attention.child("q_proj"), dim, dim, in);
    this.toK = new Linear(attention.child("k_proj"), dim, dim, in);
    this.toV = new Linear(attention.child("v_proj"), dim, dim, in);
    this.toOut = new Linear(attention.child("out_proj"), dim, dim, out);
    this.norm2 = new LayerNorm(at.child("layer_norm2"), dim, config.eps());
    this.inner = new Linear(
        at.child("mlp.fc1"), dim, config.inner(), Gaussian.layers(1 / Math.sqrt(2.0 * dim)));
    this.outer = new Linear(at.child("mlp.fc2"), config.inner(), dim, out);
  }

  private ClipLayer(ClipLayer of) {
    this.at = of.at;
    this.config = of.config;
    this.norm1 = of.norm1;
    this.toQ = of.toQ.rebuilt();
    this.toK = of.toK.rebuilt();
    this.toV = of.toV.rebuilt();
    this.toOut = of.toOut.rebuilt();
    this.norm2 = of.norm2;
    this.inner = of.inner.rebuilt();
    this.outer = of.outer.rebuilt();
  }

  /** The same layer in a tower that is being built. */
  ClipLayer rebuilt() {
    return new ClipLayer(this);
  }

  /** (N, L, dim), and what is added to the products of attention, to the same shape. */
  Variable forward(Variable x, Optional<Variable> added, Pass pass) {
    return pass.part(
        this,
        List.of(x),
        inputs -> Tape.tidy(() -> {
          Variable h = add(inputs.get(0), attend(norm1.forward(inputs.get(0)), added));
          Variable wide = config.activation().of(inner.forward(norm2.forward(h)));
          return add(h, outer.forward(wide));
        }));
  }

  private Variable attend(Variable x, Optional<Variable> added) {
    return toOut.forward(
        Heads.attend(toQ.forward(x), toK.forward(x), toV.forward(x), config.heads(), added));
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
