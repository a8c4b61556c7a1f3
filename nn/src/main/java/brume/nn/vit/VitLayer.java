package brume.nn.vit;

import static brume.autograd.function.attention.Attention.attention;
import static brume.autograd.function.norm.Normalize.normalize;
import static brume.autograd.function.norm.ScaleShift.scaleShift;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.StoredLayout;
import brume.nn.init.Initialization;
import brume.nn.init.Initializer;
import brume.nn.layer.Dropout;
import brume.nn.layer.Linear;
import brume.nn.layer.RmsNorm;
import brume.tensor.Shape;
import java.util.List;

/**
 * A layer of the transformer: attention between directions, then a feed-forward part whose inside is
 * scaled and shifted by what is known of time and class, at first not at all:
 *
 * <pre>
 *   q, k, v = W·rmsNorm(x)              q and k of length one in each head, then scaled by feature
 *   x ← x + W'·softmax(8·q·k)·v
 *   (a, b) = V·silu(t)
 *   y = x + U'·(silu(U·x·√C/‖x‖)·(1 + a) + b)
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/2010.04245">Henry et al., Query-Key Normalization for Transformers
 *     (2020)</a>
 */
final class VitLayer implements Layer {

  private static final double SHARPNESS = 8; // of the cosines before the softmax
  private static final double LEAST_LENGTH = 1e-12; // as PyTorch's normalize has it

  private final Parameters at;
  private final UVitConfig config;
  private final int dim;
  private final RmsNorm norm;
  private final Linear toQkv;
  private final Variable scaleOfQ; // (D)
  private final Variable scaleOfK; // (D)
  private final Linear toOut;
  private final Linear toScaleShift;
  private final Linear inner;
  private final Linear outer;
  private final Dropout behindAttention;
  private final Dropout betweenLayers;

  VitLayer(Parameters at, UVitConfig config, int dim) {
    this.at = at;
    this.config = config;
    this.dim = dim;
    int all = config.heads() * config.headDim(), wide = config.wider() * dim;
    Parameters attention = at.child("0"), feed = at.child("1");
    Shape perFeature = Shape.of(config.headDim());
    this.scaleOfQ =
        attention.add("q_scale", perFeature, StoredLayout.SAME, Initializer.constant(1));
    this.scaleOfK =
        attention.add("k_scale", perFeature, StoredLayout.SAME, Initializer.constant(1));
    this.norm = RmsNorm.plain(attention.child("norm"), dim);
    this.toQkv = Linear.withoutBias(attention.child("to_qkv"), dim, 3 * all);
    this.toOut = Linear.withoutBias(attention.child("to_out"), all, dim);
    this.toScaleShift = new Linear(
        feed.child("to_scale_shift.1"), config.timeDim(), 2 * wide, Initialization.glorot(0));
    this.inner = Linear.withoutBias(feed.child("proj_in.0"), dim, wide);
    this.outer = Linear.withoutBias(feed.child("proj_out.1"), wide, dim);
    this.behindAttention = new Dropout(attention, config.dropout());
    this.betweenLayers = new Dropout(feed, config.dropout());
  }

  /** (N, L, dim) and (N, known channels) activated, to (N, L, dim). */
  Variable forward(Variable x, Variable activated, Pass pass) {
    return pass.part(
        this,
        List.of(x, activated),
        inputs -> Tape.tidy(() -> {
          Variable h = add(inputs.get(0), attend(inputs.get(0), pass));
          return add(h, feedForward(h, inputs.get(1), pass));
        }));
  }

  private Variable attend(Variable x, Pass pass) {
    Variable qkv = toQkv.forward(norm.forward(x));
    int all = config.heads() * config.headDim();
    Variable q = direction(slice(qkv, 2, 0, all), scaleOfQ);
    Variable k = direction(slice(qkv, 2, all, 2 * all), scaleOfK);
    Variable v = slice(qkv, 2, 2 * all, 3 * all);
    return behindAttention.forward(
        toOut.forward(attention(q, k, v, config.heads(), SHARPNESS)), pass);
  }

  /** (N, L, heads·D), of length one in each head, scaled by feature. */
  private Variable direction(Variable rows, Variable scales) {
    Shape at = rows.shape();
    Shape byHead = Shape.of(at.dim(0), at.dim(1), config.heads(), config.headDim());
    return reshape(multiply(normalize(reshape(rows, byHead), -1, LEAST_LENGTH), scales), at);
  }

  private Variable feedForward(Variable x, Variable activated, Pass pass) {
    Variable wide = silu(inner.forward(scale(normalize(x, -1, LEAST_LENGTH), Math.sqrt(dim))));
    Variable told = scaleShift(wide, toScaleShift.forward(activated));
    return outer.forward(betweenLayers.forward(told, pass));
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
