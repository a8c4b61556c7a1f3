package brume.diffusion.evaluation;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.objective.NoisyClassifier;
import brume.diffusion.recipe.Presets;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Model;
import brume.diffusion.run.Scratch;
import brume.diffusion.run.Sha256;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.io.Weights;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Text;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * By what a classifier that Brume has trained tells the classes of pictures: the means of all places before its
 * last layer, and its logits.
 */
public final class ClassifierFeatures implements FeatureExtractor {

  private static final String SHIPPED = "fashion-classifier", PRESET = "features-fashion";
  private static final int BATCH = 128;

  private final Model model;
  private final Recipe recipe;
  private final Device device;
  private final String name;
  private final String identity;
  private final int width;

  /**
   * Features of a trained classifier.
   *
   * @param model learned from {@link Recipe#data} what classes look like
   * @param recipe of the model
   * @param device where it is
   * @param name for people
   * @param identity a hash of its parameters
   */
  public ClassifierFeatures(
      Model model, Recipe recipe, Device device, String name, String identity) {
    this.model = model;
    this.recipe = recipe;
    this.device = device;
    this.name = name;
    this.identity = identity;
    this.width = of(new float[recipe.data().shape().size()]).features()[0].length;
  }

  /**
   * The classifier of clothes that comes with Brume.
   *
   * @param device where to compute; the innermost scope owns its parameters
   * @return for grey pictures of 28x28
   * @throws IOException if it cannot be read
   */
  public static ClassifierFeatures shipped(Device device) throws IOException {
    try (Scratch scratch = Scratch.create("classifier")) {
      Path weights = scratch.folder().resolve("classifier.safetensors");
      copy(SHIPPED + ".safetensors", weights);
      Recipe recipe = Presets.named(PRESET).recipe();
      Model model = Parameters.toBeRead(() -> new Model(recipe, device));
      Weights.load(weights, model.parameters());
      return new ClassifierFeatures(
          model,
          recipe,
          device,
          "the classifier of clothes that comes with Brume",
          Sha256.of(weights));
    }
  }

  /**
   * Whether the classifier that comes with Brume can look at samples.
   *
   * @param sample (H, W, C) of them
   * @return true of grey pictures of 28x28
   */
  public static boolean shippedSees(Shape sample) {
    return sample.equals(Shape.of(28, 28, 1));
  }

  private static void copy(String resource, Path to) throws IOException {
    try (InputStream in = ClassifierFeatures.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException(
            resource + ": expected it beside the classes of Brume, got none; install Brume again");
      }
      Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public String describe() {
    return width + " of " + name;
  }

  @Override
  public String identity() {
    return "classifier " + identity;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public boolean tellsClasses() {
    return true;
  }

  @Override
  public List<String> classes() {
    return recipe.data().classes();
  }

  @Override
  public Answers of(float[] samples) {
    Shape sample = recipe.data().shape();
    if (samples.length % sample.size() != 0) {
      throw new IllegalArgumentException(
          Text.of("classifier: expected samples of %s, got %d numbers", sample, samples.length));
    }
    int count = samples.length / sample.size();
    double[][] features = new double[count][], logits = new double[count][];
    for (int first = 0; first < count; first += BATCH) {
      int n = Math.min(BATCH, count - first);
      float[] some = new float[n * sample.size()];
      System.arraycopy(samples, first * sample.size(), some, 0, some.length);
      look(some, Shape.of(n, sample.dim(0), sample.dim(1), sample.dim(2)), first, features, logits);
    }
    return new Answers(features, logits);
  }

  private void look(float[] some, Shape shape, int first, double[][] features, double[][] logits) {
    try (Scope scope = Scope.open();
        Tape.Pause pause = Tape.pause()) {
      Variable x0 = Variable.constant(PictureTensor.of(device, shape, some));
      Query query = NoisyClassifier.withoutNoise(model.process(), x0, Pass.inference());
      NoisyClassifier classifier = new NoisyClassifier(model);
      Rows.put(classifier.features(query), first, features);
      Rows.put(classifier.logits(query), first, logits);
    }
  }
}
