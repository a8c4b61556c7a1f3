package brume.nn.vision;

import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.reduce.Mean.mean;
import static brume.autograd.function.resample.Resize.resizeBilinear;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.nn.io.StoredNumbers;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Text;
import brume.tensor.io.SafeTensors;
import brume.tensor.kernel.ReductionGeometry.Axes;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The network by whose features the Fréchet inception distance is told: version 3 as it was published for that in
 * 2015 and as pytorch-fid computes it, which is not what torchvision's does. Averages leave padding out, and the
 * last block takes the greatest of each neighborhood instead of the mean. Pictures are brought to 299x299 by
 * interpolation between the centers of pixels, without antialiasing.
 *
 * @see <a href="https://arxiv.org/abs/1512.00567">Szegedy et al., Rethinking the Inception Architecture for
 *     Computer Vision (2015)</a>
 * @see <a href="https://github.com/mseitzer/pytorch-fid">pytorch-fid, inception.py</a>
 */
public final class InceptionV3 implements Layer {

  /** Numbers that stand for a picture in the distance. */
  public static final int FEATURES = 2048;

  private static final int SIDE = 299, CLASSES = 1008;
  private static final String HEAD = "fc.weight";
  private static final Axes PLACES = Axes.of(1, 2);

  private final Parameters at;
  private final List<List<Branch>> stages;
  private final boolean tellsClasses;
  private final List<Variable> head = new ArrayList<>(); // weight and bias, if classes are told

  /**
   * A network whose parameters are to be read.
   *
   * @param device where they live, owned by the innermost scope
   * @param tellsClasses whether there is a last layer, for {@link #logits}
   */
  public InceptionV3(Device device, boolean tellsClasses) {
    this.at = Parameters.of(device, RandomKey.of(0));
    this.tellsClasses = tellsClasses;
    Branch stem = Branch.of(at, 3)
        .inside("Conv2d_1a_3x3", 32, 2)
        .inside("Conv2d_2a_3x3", 32, 1)
        .same("Conv2d_2b_3x3", 64, 3, 3)
        .then(InceptionBlocks::halve);
    Branch second = Branch.of(at, stem.channels())
        .one("Conv2d_3b_1x1", 80)
        .inside("Conv2d_4a_3x3", 192, 1)
        .then(InceptionBlocks::halve);
    this.stages = List.of(List.of(stem), List.of(second), middle(), last());
    if (tellsClasses) {
      Parameters last = at.child("fc");
      head.add(last.addFrozen(
          "weight", Shape.of(CLASSES, FEATURES), StoredLayout.SAME, Initializer.constant(0)));
      head.add(
          last.addFrozen("bias", Shape.of(CLASSES), StoredLayout.SAME, Initializer.constant(0)));
    }
  }

  private List<Branch> middle() {
    return List.of(
        InceptionBlocks.threes(at.child("Mixed_5b"), 192, 32),
        InceptionBlocks.threes(at.child("Mixed_5c"), 256, 64),
        InceptionBlocks.threes(at.child("Mixed_5d"), 288, 64),
        InceptionBlocks.halving(at.child("Mixed_6a"), 288),
        InceptionBlocks.sevens(at.child("Mixed_6b"), 768, 128),
        InceptionBlocks.sevens(at.child("Mixed_6c"), 768, 160),
        InceptionBlocks.sevens(at.child("Mixed_6d"), 768, 160),
        InceptionBlocks.sevens(at.child("Mixed_6e"), 768, 192));
  }

  private List<Branch> last() {
    return List.of(
        InceptionBlocks.halvingSevens(at.child("Mixed_7a"), 768),
        InceptionBlocks.forks(at.child("Mixed_7b"), 1280, InceptionBlocks::average),
        InceptionBlocks.forks(at.child("Mixed_7c"), 2048, InceptionBlocks::greatest));
  }

  /**
   * Reads a network.
   *
   * @param file safetensors with the names of {@code pt_inception-2015-12-05}; the last layer may be missing
   * @param device where parameters live, owned by the innermost scope
   * @return the network
   * @throws IOException if the file cannot be read, or parameters are missing
   */
  public static InceptionV3 read(Path file, Device device) throws IOException {
    SafeTensors tensors = SafeTensors.read(file);
    boolean tellsClasses = tensors.names().contains(HEAD);
    InceptionV3 network = Parameters.toBeRead(() -> new InceptionV3(device, tellsClasses));
    TreeSet<String> missing = new TreeSet<>();
    for (NamedParameter parameter : network.parameters()) {
      Shape expected =
          Shape.of(parameter.layout().storedShape(parameter.variable().shape()));
      if (!tensors.names().contains(parameter.path())
          || !Shape.of(tensors.shape(parameter.path())).equals(expected)) {
        missing.add(parameter.path() + " " + expected);
      }
    }
    if (!missing.isEmpty()) {
      throw new IOException(Text.of(
          "%s: expected the %d parameters of pt_inception-2015-12-05, %d are missing or of another shape, such"
              + " as %s; save the published file as safetensors",
          file, network.parameters().size(), missing.size(), missing.first()));
    }
    for (NamedParameter parameter : network.parameters()) {
      StoredNumbers.read(tensors, parameter.path(), parameter);
    }
    return network;
  }

  /**
   * What was seen in pictures.
   *
   * @param stages (N, H, W, C) after each of the four stages, of 64, 192, 768 and 2048 channels
   * @param features (N, 2048) the means of all places of the last
   */
  public record Looked(List<Variable> stages, Variable features) {

    /** Copies the list. {@inheritDoc} */
    public Looked {
      stages = List.copyOf(stages);
    }
  }

  /**
   * Looks at pictures.
   *
   * @param pictures (N, H, W, 3) values in [0, 1], of any size
   * @return what each stage has seen
   * @throws ShapeException if pictures are not in three colors
   */
  public Looked look(Variable pictures) {
    List<Variable> seen = new ArrayList<>();
    Variable h = begin(pictures);
    for (List<Branch> stage : stages) {
      for (Branch block : stage) {
        h = block.forward(h);
      }
      seen.add(h);
    }
    return new Looked(seen, mean(h, PLACES));
  }

  /**
   * The features alone, for which less is kept in memory.
   *
   * @param pictures (N, H, W, 3) values in [0, 1], of any size
   * @return (N, 2048)
   * @throws ShapeException if pictures are not in three colors
   */
  public Variable features(Variable pictures) {
    Variable h = Tape.tidy(() -> begin(pictures));
    for (List<Branch> stage : stages) {
      for (Branch block : stage) {
        Variable before = h;
        h = Tape.tidy(() -> block.forward(before));
      }
    }
    return mean(h, PLACES);
  }

  private static Variable begin(Variable pictures) {
    ShapeException.unless(
        pictures.shape().rank() == 4 && pictures.shape().dim(3) == 3,
        "inception: expected pictures (N, H, W, 3) in colors, got %s",
        pictures.shape());
    return affine(resizeBilinear(pictures, SIDE, SIDE), 2, -1);
  }

  /**
   * What it takes pictures for.
   *
   * @param features (N, 2048)
   * @return (N, 1008) logits
   * @throws IllegalStateException if it has no last layer
   */
  public Variable logits(Variable features) {
    if (!tellsClasses) {
      throw new IllegalStateException(
          "inception: expected a network with a last layer to tell classes, got one without");
    }
    return linear(features, head.get(0), head.get(1));
  }

  /**
   * Whether it has a last layer.
   *
   * @return true if there are logits
   */
  public boolean tellsClasses() {
    return tellsClasses;
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
