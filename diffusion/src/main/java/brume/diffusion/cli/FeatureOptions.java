package brume.diffusion.cli;

import brume.diffusion.evaluation.ClassifierFeatures;
import brume.diffusion.evaluation.FeatureExtractor;
import brume.diffusion.evaluation.InceptionFeatures;
import brume.diffusion.evaluation.NumberFeatures;
import brume.diffusion.evaluation.RandomNetwork;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Checkpoint;
import brume.diffusion.run.Model;
import brume.diffusion.run.SavedModel;
import brume.diffusion.settings.Guess;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that choose what stands for a sample where samples are compared with data. */
final class FeatureOptions {

  /** What features come from. */
  private enum Kind {
    NUMBERS,
    RANDOM,
    CLASSIFIER,
    INCEPTION;

    static Kind named(String word) {
      List<String> names = Arrays.stream(values())
          .map(kind -> kind.name().toLowerCase(Locale.ROOT))
          .toList();
      UsageException.unless(
          names.contains(word),
          Text.of(
              "--features: expected one of %s, got %s%s",
              String.join(", ", names), word, Guess.of(word, names)));
      return values()[names.indexOf(word)];
    }
  }

  @Option(
      names = "--features",
      paramLabel = "NAME",
      description =
          "What stands for a sample: its numbers, random, a convolutional network with random weights, classifier,"
              + " that of --classifier or the one of clothes that comes with Brume, or inception, by which published"
              + " distances are told, with --inception FILE. Default: inception with such a file, numbers where a sample"
              + " has at most 256, else the classifier that --classifier names or, for grey pictures of 28x28,"
              + " that comes with Brume, else random.")
  private @Nullable String features;

  @Option(
      names = "--classifier",
      paramLabel = "RUN",
      description = "Run with --objective classifier whose features are taken. Default: none.")
  private @Nullable String classifier;

  @Option(
      names = "--inception",
      paramLabel = "FILE",
      description =
          "Weights of Inception version 3, pt_inception-2015-12-05 of pytorch-fid saved as safetensors. Default: none.")
  private @Nullable Path inception;

  /** Whether any of the options is there. */
  boolean isGiven() {
    return features != null || classifier != null || inception != null;
  }

  /** Refuses options that would have no effect. */
  void check() {
    Kind kind = features == null ? null : Kind.named(features);
    UsageException.unless(
        classifier == null || kind == null || kind == Kind.CLASSIFIER,
        "--classifier: expected with --features classifier, got " + features);
    UsageException.unless(
        inception == null || kind == null || kind == Kind.INCEPTION,
        "--inception: expected with --features inception, got " + features);
    UsageException.unless(
        classifier == null || inception == null,
        "--inception: expected without --classifier, got both");
    UsageException.unless(
        inception != null || kind != Kind.INCEPTION,
        "--features: expected inception with --inception FILE, its weights, got none");
  }

  private Kind kind(Shape sample) {
    if (features != null) {
      return Kind.named(features);
    }
    if (inception != null) {
      return Kind.INCEPTION;
    }
    if (classifier != null) {
      return Kind.CLASSIFIER;
    }
    if (sample.size() <= NumberFeatures.FEW) {
      return Kind.NUMBERS;
    }
    return ClassifierFeatures.shippedSees(sample) ? Kind.CLASSIFIER : Kind.RANDOM;
  }

  /**
   * What looks at samples; the innermost scope owns its parameters.
   *
   * @param sample (H, W, C)
   */
  FeatureExtractor of(Shape sample, Device device) throws IOException {
    return switch (kind(sample)) {
      case NUMBERS -> new NumberFeatures(sample);
      case RANDOM -> new RandomNetwork(device, sample);
      case INCEPTION -> InceptionFeatures.of(Objects.requireNonNull(inception), sample, device);
      case CLASSIFIER -> classifier == null ? shipped(sample, device) : trained(sample, device);
    };
  }

  private static FeatureExtractor shipped(Shape sample, Device device) throws IOException {
    UsageException.unless(
        ClassifierFeatures.shippedSees(sample),
        Text.of(
            "--features: expected classifier with --classifier RUN for samples of %s (height, width, channels),"
                + " as the one that comes with Brume sees grey pictures of 28x28, got none",
            sample));
    return ClassifierFeatures.shipped(device);
  }

  private FeatureExtractor trained(Shape sample, Device device) throws IOException {
    String run = String.valueOf(classifier);
    Recipe recipe = Sources.recipeOf(run);
    UsageException.unless(
        recipe.objective().tellsClasses(),
        Text.of(
            "--classifier: expected a run with --objective classifier, got %s, which has learned to draw",
            run));
    UsageException.unless(
        recipe.data().shape().equals(sample),
        Text.of(
            "--classifier: expected one of samples of %s (height, width, channels), got one of %s",
            sample, recipe.data().shape()));
    Checkpoint newest = Sources.checkpointOf(run, null);
    Model model = SavedModel.load(recipe, newest, "average", device);
    return new ClassifierFeatures(
        model,
        recipe,
        device,
        "the classifier " + run,
        String.valueOf(newest.state().sha256().get("state.json")));
  }
}
