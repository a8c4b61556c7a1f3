package brume.nn.joint;

import static brume.autograd.function.attention.Attention.attention;
import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.rsqrt;
import static brume.autograd.function.pointwise.Pointwise.square;
import static brume.autograd.function.reduce.Mean.mean;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.nn.layer.Linear;
import brume.tensor.Shape;
import brume.tensor.kernel.ReductionGeometry.Axes;
import java.util.Optional;

/** Attention of the tokens of pictures and of words to all of both, each projected by layers of its own. */
final class JointAttention {

  private static final double EPS = 1e-6; // of normalized heads

  private final JointConfig config;
  private final Projections picture;
  private final Projections words;
  private final Linear pictureOut;
  private final Optional<Linear> wordsOut;

  /** Queries, keys and values of one sort of token. */
  private record Projections(
      Linear toQ,
      Linear toK,
      Linear toV,
      Optional<Variable> scalesOfQ,
      Optional<Variable> scalesOfK) {}

  /** Attention in the last block, whose words are of no further use, or before. */
  JointAttention(Parameters at, JointConfig config, boolean last) {
    int dim = config.dim();
    this.config = config;
    this.picture = projections(at, "to_q", "to_k", "to_v", "norm_q", "norm_k");
    this.words =
        projections(at, "add_q_proj", "add_k_proj", "add_v_proj", "norm_added_q", "norm_added_k");
    this.pictureOut = new Linear(at.child("to_out.0"), dim, dim);
    this.wordsOut =
        last ? Optional.empty() : Optional.of(new Linear(at.child("to_add_out"), dim, dim));
  }

  private Projections projections(
      Parameters at, String q, String k, String v, String normQ, String normK) {
    int dim = config.dim();
    return new Projections(
        new Linear(at.child(q), dim, dim),
        new Linear(at.child(k), dim, dim),
        new Linear(at.child(v), dim, dim),
        scales(at.child(normQ)),
        scales(at.child(normK)));
  }

  private Optional<Variable> scales(Parameters at) {
    return config.normalizesHeads()
        ? Optional.of(at.add(
            "weight", Shape.of(config.headDim()), StoredLayout.SAME, Initializer.constant(1)))
        : Optional.empty();
  }

  /** What comes back to the tokens of pictures (N, P, dim), and of words (N, L, dim) if there is a use. */
  record Attended(Variable picture, Optional<Variable> words) {}

  /** Tokens of pictures (N, P, dim) and of words (N, L, dim), which stand behind them. */
  Attended forward(Variable ofPicture, Variable ofWords) {
    int pixels = ofPicture.shape().dim(1), all = pixels + ofWords.shape().dim(1);
    Variable y = attention(
        concatenate(
            1,
            normalized(picture.toQ().forward(ofPicture), picture.scalesOfQ()),
            normalized(words.toQ().forward(ofWords), words.scalesOfQ())),
        concatenate(
            1,
            normalized(picture.toK().forward(ofPicture), picture.scalesOfK()),
            normalized(words.toK().forward(ofWords), words.scalesOfK())),
        concatenate(1, picture.toV().forward(ofPicture), words.toV().forward(ofWords)),
        config.heads(),
        1 / Math.sqrt(config.headDim()));
    return new Attended(
        pictureOut.forward(slice(y, 1, 0, pixels)),
        wordsOut.map(layer -> layer.forward(slice(y, 1, pixels, all))));
  }

  /** Each head divided by its root mean square. */
  private Variable normalized(Variable x, Optional<Variable> scales) {
    if (scales.isEmpty()) {
      return x;
    }
    int headDim = config.headDim();
    Variable heads = reshape(x, Shape.of(x.shape().size() / headDim, headDim));
    Variable size = rsqrt(affine(mean(square(heads), Axes.of(1).keep()), 1, EPS));
    return reshape(multiply(multiply(heads, size), scales.get()), x.shape());
  }
}
