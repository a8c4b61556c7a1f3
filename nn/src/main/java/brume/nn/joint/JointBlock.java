package brume.nn.joint;

import static brume.autograd.function.norm.LayerNorm.layerNorm;
import static brume.autograd.function.norm.ScaleShift.scaleShift;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.geluTanh;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.layer.Linear;
import brume.tensor.Shape;
import java.util.Optional;

/**
 * A block of a {@link JointTransformer}: tokens of pictures and of words attend to all of both, then
 * each sort has two layers. Both parts are scaled, shifted and weighted by what is known of time and
 * words, for either sort by layers of its own, as a DiT's are.
 */
final class JointBlock {

  static final double EPS = 1e-6; // of all normalizations
  private static final int WIDER = 4; // between the two layers
  private static final int PARTS = 6; // shift, scale, weight of attention, then of the layers

  private final int dim;
  private final JointAttention attention;
  private final Linear pictureKnown;
  private final Linear wordsKnown;
  private final Layers pictureLayers;
  private final Optional<Layers> wordsLayers; // not in the last block

  /** Tokens of pictures and of words. */
  record Tokens(Variable picture, Variable words) {}

  /** The two layers behind attention. */
  private record Layers(Linear inner, Linear outer) {

    static Layers of(Parameters at, int dim) {
      return new Layers(
          new Linear(at.child("net.0.proj"), dim, WIDER * dim),
          new Linear(at.child("net.2"), WIDER * dim, dim));
    }

    Variable forward(Variable x) {
      return outer.forward(geluTanh(inner.forward(x)));
    }
  }

  JointBlock(Parameters at, JointConfig config, boolean last) {
    this.dim = config.dim();
    this.pictureKnown = new Linear(at.child("norm1.linear"), dim, PARTS * dim);
    this.wordsKnown = new Linear(at.child("norm1_context.linear"), dim, (last ? 2 : PARTS) * dim);
    this.attention = new JointAttention(at.child("attn"), config, last);
    this.pictureLayers = Layers.of(at.child("ff"), dim);
    this.wordsLayers =
        last ? Optional.empty() : Optional.of(Layers.of(at.child("ff_context"), dim));
  }

  /** Both sorts of tokens, and (N, dim) silu of what is known. Words come back as they were in the last. */
  Tokens forward(Tokens x, Variable known) {
    Variable ofPicture = pictureKnown.forward(known), ofWords = wordsKnown.forward(known);
    boolean last = wordsLayers.isEmpty();
    Variable wordsSeen = scaleShift(
        layerNorm(x.words(), EPS),
        last ? ofWords : scaleThenShift(ofWords, 0)); // scale first there
    JointAttention.Attended attended =
        attention.forward(steered(x.picture(), ofPicture, 0), wordsSeen);
    Variable picture = behind(x.picture(), attended.picture(), ofPicture, pictureLayers);
    Variable words = wordsLayers
        .map(layers -> behind(x.words(), attended.words().orElseThrow(), ofWords, layers))
        .orElse(x.words());
    return new Tokens(picture, words);
  }

  private Variable behind(Variable x, Variable attended, Variable known, Layers layers) {
    Variable h = add(x, multiply(weight(known, 2), attended));
    return add(h, multiply(weight(known, 5), layers.forward(steered(h, known, 3))));
  }

  private Variable steered(Variable x, Variable known, int from) {
    return scaleShift(layerNorm(x, EPS), scaleThenShift(known, from));
  }

  /** The shift comes first in files. */
  private Variable scaleThenShift(Variable known, int from) {
    return concatenate(part(known, from + 1), part(known, from));
  }

  /** (N, 1, dim): one factor for all tokens. */
  private Variable weight(Variable known, int which) {
    Variable part = part(known, which);
    return reshape(part, Shape.of(part.shape().dim(0), 1, dim));
  }

  private Variable part(Variable known, int which) {
    return slice(known, 1, which * dim, (which + 1) * dim);
  }
}
