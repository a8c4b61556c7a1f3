package brume.diffusion.cli;

import brume.diffusion.objective.NoisyClassifier;
import brume.diffusion.process.Clipping;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.diffusion.run.Checkpoint;
import brume.diffusion.run.Model;
import brume.diffusion.run.SavedModel;
import brume.tensor.Device;
import brume.tensor.Text;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of drawing that lead samples to classes by a classifier of a run of its own. */
final class Leading {

  private static final double SCALE = 5;

  @Option(
      names = "--classifier",
      paramLabel = "RUN",
      description =
          "Folder of a run with the objective classifier, which leads samples of a model that"
              + " knows no classes to those of --class.")
  private @Nullable String run;

  @Option(
      names = "--classifier-scale",
      paramLabel = "X",
      description =
          "With --classifier: how far it leads, above 0; 1 is what it says, more is clearer and"
              + " less various. Default: 5.")
  private @Nullable Double scale;

  /** Refuses options that would have no effect, and numbers out of range. */
  void check() {
    UsageException.unless(
        run != null || scale == null,
        "--classifier-scale: expected with --classifier RUN, got no classifier to lead");
    UsageException.unless(
        scale == null || scale > 0 && Double.isFinite(scale),
        "--classifier-scale: expected above 0, got " + scale);
  }

  /** Refuses to lead beside something else that says what is drawn. */
  void refuse(String other) {
    UsageException.unless(
        run == null,
        Text.of("--classifier: expected without %s, which says what is drawn, got both", other));
  }

  /** A classifier with its parameters, which the innermost scope owns. */
  record Classifier(NoisyClassifier model, Recipe recipe, double scale, String fingerprint) {

    /** Names of the classes it tells. */
    List<String> classes() {
      return recipe.data().classes();
    }

    /** The model of a source, asked for no class, led to some classes in turn. */
    Asked over(Asked plain, Source source, List<Integer> inTurn) {
      Clipping clipping = source.recipe().clipping().create();
      return Asked.led(plain, model, inTurn, scale, clipping);
    }
  }

  /** The classifier, null if there is none. */
  @Nullable
  Classifier of(Source source, boolean isLedOtherwise, Device device) throws IOException {
    if (run == null) {
      return null;
    }
    UsageException.unless(
        !isLedOtherwise,
        "--classifier: expected without --guidance, which leads otherwise, got both");
    Recipe recipe = Sources.recipeOf(run);
    UsageException.unless(
        recipe.objective().tellsClasses(),
        Text.of(
            "--classifier: expected a run with --objective classifier, got %s, which has learned to draw",
            run));
    UsageException.unless(
        recipe.objective().seesNoise(),
        Text.of(
            "--classifier: expected a run that has seen noise, got %s, which was trained with --clean for eval",
            run));
    UsageException.unless(
        recipe.data().shape().equals(source.picture()),
        Text.of(
            "--classifier: expected one of samples of %s (height, width, channels), got one of %s",
            source.picture(), recipe.data().shape()));
    Checkpoint newest = Sources.checkpointOf(run, null);
    Model model = SavedModel.load(recipe, newest, "average", device);
    UsageException.unless(
        model.process().looksLike(source.model().process()),
        "--classifier: expected one that was trained with the noise of the model, got one of another"
            + " --process, or of other --timesteps or another --schedule");
    double how = scale == null ? SCALE : scale;
    return new Classifier(
        new NoisyClassifier(model),
        recipe,
        how,
        ", classifier " + newest.state().sha256().get("state.json") + " " + how);
  }
}
