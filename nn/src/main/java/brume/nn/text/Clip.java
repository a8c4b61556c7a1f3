package brume.nn.text;

import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.loss.CrossEntropy.crossEntropy;
import static brume.autograd.function.norm.Normalize.normalize;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.exp;
import static brume.autograd.function.reduce.Mean.mean;
import static brume.autograd.function.shape.Permute.transpose;

import brume.autograd.Variable;
import brume.autograd.function.loss.Labeling;
import brume.nn.ConfigException;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.stream.IntStream;

/**
 * CLIP: a tower for texts and one for pictures, trained so that each text of a batch is closer to its
 * picture than to the others, and each picture to its text.
 *
 * <pre>
 *   s[i, j] = exp(l)·cos(text i, picture j)                l is learned
 *   loss    = ½·(cross entropy of the rows + of the columns), the truth being i = j
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/2103.00020">Radford et al., Learning Transferable Visual Models From
 *     Natural Language Supervision (2021), §2.3</a>
 */
public final class Clip implements Layer {

  private static final double SHARPNESS = 2.6592; // l at first: log(1/0.07), as the files round it
  private static final double LEAST_LENGTH = 1e-12;

  private final Parameters at;
  private final ClipText text;
  private final ClipVision vision;
  private final Variable sharpness; // ()

  /**
   * Creates both towers with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param text settings of one tower
   * @param vision settings of the other, with a projection of as many channels
   */
  public Clip(Device device, RandomKey key, ClipTextConfig text, ClipVisionConfig vision) {
    ConfigException.unless(
        text.projection() >= 1 && text.projection() == vision.projection(),
        "clip: expected projections of texts and pictures of as many channels, got %d and %d",
        text.projection(),
        vision.projection());
    this.at = Parameters.of(device, key);
    this.text = new ClipText(at, text);
    this.vision = new ClipVision(at, vision);
    this.sharpness =
        at.add("logit_scale", Shape.of(), StoredLayout.SAME, Initializer.constant(SHARPNESS));
  }

  /**
   * The tower for texts.
   *
   * @return a part of this
   */
  public ClipText text() {
    return text;
  }

  /**
   * The tower for pictures.
   *
   * @return a part of this
   */
  public ClipVision vision() {
    return vision;
  }

  /**
   * Directions of texts.
   *
   * @param rows (N, L) tokens
   * @param pass training or not
   * @return (N, channels of the projection), of length one
   */
  public Variable ofTexts(TokenRows rows, Pass pass) {
    return normalize(text.encode(rows, pass).projected(), -1, LEAST_LENGTH);
  }

  /**
   * Directions of pictures.
   *
   * @param x (N, size, size, channels)
   * @param pass training or not
   * @return (N, channels of the projection), of length one
   */
  public Variable ofPictures(Variable x, Pass pass) {
    return normalize(vision.projected(vision.encode(x, pass)), -1, LEAST_LENGTH);
  }

  /**
   * How well texts and pictures fit, as logits.
   *
   * @param texts (N, C) of length one
   * @param pictures (M, C) of length one
   * @return (N, M) cosines times what is learned of their sharpness
   */
  public Variable similarity(Variable texts, Variable pictures) {
    return multiply(linear(texts, pictures), exp(sharpness));
  }

  /**
   * The contrastive loss of texts and pictures that belong together.
   *
   * @param similarity (N, N) of {@link #similarity}
   * @return () mean over texts and pictures
   * @throws ShapeException if there are more of one than of the other
   */
  public static Variable loss(Variable similarity) {
    Shape shape = similarity.shape();
    ShapeException.unless(
        shape.rank() == 2 && shape.dim(0) == shape.dim(1),
        "clip: expected as many texts as pictures, got %s",
        shape);
    int n = shape.dim(0);
    double[] truth = Labeling.of(n).distributions(IntStream.range(0, n).toArray());
    Variable target = Variable.constant(Tensor.of(similarity.value().device(), shape, truth));
    Variable ofTexts = mean(crossEntropy(similarity, target));
    Variable ofPictures = mean(crossEntropy(transpose(similarity, 0, 1), target));
    return scale(add(ofTexts, ofPictures), 0.5);
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
