package brume.nn.dit;

import static brume.autograd.function.attention.Attention.attention;
import static brume.autograd.function.norm.LayerNorm.layerNorm;
import static brume.autograd.function.norm.ScaleShift.scaleShift;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.Query;
import brume.nn.init.Initialization;
import brume.nn.layer.Dropout;
import brume.nn.layer.Linear;
import brume.nn.layer.TimeAndClass;
import brume.nn.layer.TimeEmbedding;
import brume.nn.layer.TimeEncoding;
import brume.tensor.Shape;
import java.util.List;

/**
 * A block whose two parts are normalized, scaled and shifted before, and weighted behind, by what is
 * known of time and class; at first the weights are zero and the block changes nothing (adaLN-zero):
 *
 * <pre>
 *   (b₁, a₁, g₁, b₂, a₂, g₂) = W·silu(e)
 *   x ← x + g₁·attention(norm(x)·(1 + a₁) + b₁)
 *   y = x + g₂·V'·gelu(V·(norm(x)·(1 + a₂) + b₂))
 * </pre>
 */
final class DiTBlock implements Layer {

  private static final int TIME_WAVES = 256;
  private static final TimeEncoding.Sinusoidal TIME = new TimeEncoding.Sinusoidal(10000, true, 1);
  private static final double EPS = 1e-6; // of the normalization before attention
  private static final int WIDER = 4; // inside the feed-forward part

  private final Parameters at;
  private final DiTConfig config;
  private final TimeAndClass known;
  private final Linear modulation;
  private final Linear toQ;
  private final Linear toK;
  private final Linear toV;
  private final Linear toOut;
  private final Linear inner;
  private final Linear outer;
  private final Dropout behindAttention;
  private final Dropout betweenLayers;

  DiTBlock(Parameters at, DiTConfig config) {
    int dim = config.dim();
    Initialization fresh = Initialization.glorot(1);
    this.at = at;
    this.config = config;
    Parameters told = at.child("norm1.emb");
    TimeEmbedding time = new TimeEmbedding(
        told.child("timestep_embedder"),
        TIME,
        TIME_WAVES,
        dim,
        new TimeEmbedding.Layers("linear_1", "linear_2", fresh, x -> silu(x)));
    this.known = TimeAndClass.added(
        told, "class_embedder.embedding_table", time::forward, dim, config.classes());
    this.modulation = new Linear(at.child("norm1.linear"), dim, 6 * dim, DiT.zero());
    this.toQ = new Linear(at.child("attn1.to_q"), dim, dim, fresh);
    this.toK = new Linear(at.child("attn1.to_k"), dim, dim, fresh);
    this.toV = new Linear(at.child("attn1.to_v"), dim, dim, fresh);
    this.toOut = new Linear(at.child("attn1.to_out.0"), dim, dim, fresh);
    this.inner = new Linear(at.child("ff.net.0.proj"), dim, WIDER * dim, fresh);
    this.outer = new Linear(at.child("ff.net.2"), WIDER * dim, dim, fresh);
    this.behindAttention = new Dropout(at.child("attn1"), config.dropout());
    this.betweenLayers = new Dropout(at.child("ff"), config.dropout());
  }

  /** What this block knows of time and class: (N, dim). */
  Variable known(Query query) {
    return known.forward(query, "dit");
  }

  /** (N, L, dim) to the same shape. */
  Variable forward(Variable x, Query query) {
    Variable e = known(query);
    return query
        .pass()
        .part(
            this,
            List.of(x, e),
            inputs -> Tape.tidy(() -> run(inputs.get(0), inputs.get(1), query)));
  }

  private Variable run(Variable x, Variable e, Query query) {
    Variable all = modulation.forward(silu(e));
    Variable seen = scaleShift(layerNorm(x, EPS), scaleThenShift(all, 0));
    Variable attended = behindAttention.forward(attend(seen), query.pass());
    Variable h = add(x, multiply(part(all, 2), attended));
    Variable wide = config
        .activation()
        .of(inner.forward(scaleShift(layerNorm(h, config.normEps()), scaleThenShift(all, 3))));
    Variable y = outer.forward(betweenLayers.forward(wide, query.pass()));
    return add(h, multiply(part(all, 5), y));
  }

  private Variable attend(Variable x) {
    return toOut.forward(attention(
        toQ.forward(x),
        toK.forward(x),
        toV.forward(x),
        config.heads(),
        1 / Math.sqrt(config.headDim())));
  }

  /** The shift comes first in files, the scale first in {@link brume.autograd.function.norm.ScaleShift}. */
  private Variable scaleThenShift(Variable all, int from) {
    return concatenate(columns(all, from + 1), columns(all, from));
  }

  /** (N, 1, dim): one factor for all positions. */
  private Variable part(Variable all, int which) {
    Variable columns = columns(all, which);
    return reshape(columns, Shape.of(columns.shape().dim(0), 1, config.dim()));
  }

  private Variable columns(Variable all, int which) {
    return slice(all, 1, which * config.dim(), (which + 1) * config.dim());
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
