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
import static brume.nn.optim.Overwriting.overwrite;

import brume.autograd.Variable;
import brume.nn.ConfigException;
import brume.nn.Denoiser;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.tensor.Device;
import brume.tensor.Scope;
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
public final class Clip implements Network {

  private static final double SHARPNESS = 2.6592; // l at first: log(1/0.07), as the files round it
  private static final double SHARPEST = Math.log(100);
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
   * The towers that a network is.
   *
   * @param network with or without wrappers
   * @return its towers
   * @throws IllegalArgumentException if it is something else
   */
  public static Clip of(Denoiser network) {
    if (network.innermost() instanceof Clip clip) {
      return clip;
    }
    throw new IllegalArgumentException(
        "clip: expected a network that compares pictures with texts, got another");
  }

  /**
   * Refuses to answer: towers compare, they know nothing of noise.
   *
   * @throws IllegalArgumentException always
   */
  @Override
  public Variable predict(Query query) {
    throw new IllegalArgumentException(
        "clip: expected a network that tells noise from data, got one that compares pictures with texts");
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
   * Takes back what was learned of the sharpness beyond exp(l) = 100, as CLIP does between its steps. The
   * parameter itself is given the number.
   */
  public void limitSharpness() {
    Tensor learned = sharpness.value();
    if (learned.item() > SHARPEST) {
      try (Scope scope = Scope.open()) {
        Tensor most = Tensor.of(learned.device(), learned.shape(), new double[] {SHARPEST});
        overwrite(List.of(learned), List.of(most));
      }
    }
  }

  /**
   * The contrastive loss of texts and pictures that belong together, text i to picture i alone.
   *
   * @param similarity (N, N) of {@link #similarity}
   * @return () mean over texts and pictures
   * @throws ShapeException if there are more of one than of the other
   */
  public static Variable loss(Variable similarity) {
    return loss(similarity, IntStream.range(0, similarity.shape().dim(0)).toArray());
  }

  /**
   * The contrastive loss where some texts are the same: each fits the pictures of all of them, and is to
   * choose them equally often. Otherwise two equal texts would be taught to contradict each other.
   *
   * @param similarity (N, N) of {@link #similarity}
   * @param saying (N) the first text that says what this one says
   * @return () mean over texts and pictures
   * @throws ShapeException if there are more of one than of the other
   */
  public static Variable loss(Variable similarity, int[] saying) {
    Shape shape = similarity.shape();
    int n = saying.length;
    ShapeException.unless(
        shape.equals(Shape.of(n, n)),
        "clip: expected as many texts as pictures, %d, got %s",
        n,
        shape);
    Tensor truth = Tensor.of(similarity.value().device(), shape, truth(saying));
    Variable target = Variable.constant(truth); // symmetric: it holds of rows and columns
    Variable ofTexts = mean(crossEntropy(similarity, target));
    Variable ofPictures = mean(crossEntropy(transpose(similarity, 0, 1), target));
    return scale(add(ofTexts, ofPictures), 0.5);
  }

  /** (N, N) what each text should choose. */
  private static double[] truth(int[] saying) {
    int n = saying.length;
    int[] times = new int[n];
    for (int first : saying) {
      times[first]++;
    }
    double[] truth = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        truth[i * n + j] = saying[i] == saying[j] ? 1.0 / times[saying[i]] : 0;
      }
    }
    return truth;
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
