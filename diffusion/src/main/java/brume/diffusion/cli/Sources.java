package brume.diffusion.cli;

import brume.diffusion.exchange.Imported;
import brume.diffusion.exchange.Matching;
import brume.diffusion.objective.SuperResolution;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.Asked;
import brume.diffusion.run.Checkpoint;
import brume.diffusion.run.Checkpoints;
import brume.diffusion.run.Model;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.SavedModel;
import brume.nn.Parameters;
import brume.nn.Role;
import brume.tensor.Device;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Opens what samples can be drawn from: runs, and models from elsewhere. */
final class Sources {

  private static final Path RUNS = Path.of("runs");

  private Sources() {}

  /** The folder that a word names. */
  static RunFolder folderOf(String run) throws IOException {
    return folderOf("--run", run);
  }

  /** The folder that a word names, which is told by an option or by its place. */
  static RunFolder folderOf(String option, String run) throws IOException {
    UsageException.unless(
        !run.isBlank(), option + ": expected the folder of a run, got an empty text");
    RunFolder folder = run.equals("latest") ? RunFolder.latest(RUNS) : new RunFolder(Path.of(run));
    if (!folder.holdsRun()) {
      throw new IOException(option + ": expected the folder of a run with its config.json, got "
          + folder.path() + "; make one with brume train");
    }
    return folder;
  }

  static Recipe recipeOf(String run) throws IOException {
    return Recipes.read(folderOf(run).config());
  }

  /** The recipe of a run that has learned to draw. */
  static Recipe drawing(String run) throws IOException {
    Recipe recipe = recipeOf(run);
    UsageException.unless(
        !recipe.objective().tellsClasses(),
        Text.of(
            "--run: expected a run that has learned to draw, got %s, which tells classes; lead the samples of"
                + " another run with sample --classifier",
            run));
    UsageException.unless(
        recipe.network().role() == Role.DENOISER,
        Text.of(
            "--run: expected a run that has learned to draw, got %s, whose network %s",
            run, recipe.network().role().sentence()));
    UsageException.unless(
        !(recipe.condition() instanceof SuperResolution)
            || recipe.condition().drawnBy().isPresent(),
        Text.of(
            "--run: expected a run that draws from noise alone, got %s, which enlarges pictures; draw with"
                + " brume enlarge",
            run));
    return recipe;
  }

  /** Refuses a model that sees data in another form than as pixels, for what is not done with others. */
  static void requirePixels(String option, Recipe recipe) {
    UsageException.unless(
        recipe.latents().from().isEmpty(),
        option
            + ": expected a model of pixels, got one of latents, of which brume sample draws pictures");
  }

  /** The recipe of a run that has learned to enlarge pictures. */
  static Recipe enlarging(String run) throws IOException {
    Recipe recipe = recipeOf(run);
    UsageException.unless(
        recipe.condition() instanceof SuperResolution,
        Text.of(
            "--run: expected a run that has learned to enlarge pictures, got %s, which has not; train one with"
                + " --condition super-resolution",
            run));
    return recipe;
  }

  /** The checkpoint of a step, the best, or the newest. */
  static Checkpoint checkpointOf(String run, @Nullable String which) throws IOException {
    Checkpoints all = new Checkpoints(folderOf(run));
    if (which != null) {
      UsageException.unless(
          which.matches("[0-9]{1,9}|best"),
          "--checkpoint: expected the number of a step, or best, got " + which);
      return which.equals("best") ? all.best() : all.at(Integer.parseInt(which));
    }
    return all.newest()
        .orElseThrow(
            () -> new IOException("--run: expected a run with a valid checkpoint, got none in "
                + run + "; train it until its first one"));
  }

  /**
   * Some parameters of a run; the innermost scope owns them.
   *
   * @param run its folder
   * @param recipe with the sampling that is wanted
   * @param which step of the checkpoint, or best; null for the newest
   * @param weights which parameters
   */
  static Source run(
      String run, Recipe recipe, @Nullable String which, String weights, Device device)
      throws IOException {
    Checkpoint checkpoint = checkpointOf(run, which);
    Model model = SavedModel.load(recipe, checkpoint, weights, device);
    return new Source(
        classes -> Asked.inTurn(model, recipe, classes),
        model,
        recipe,
        Text.of(
            "%s %s, %s", checkpoint.state().sha256().get("state.json"), weights, sampling(recipe)));
  }

  /** What of a recipe samples depend on besides the parameters. */
  private static String sampling(Recipe recipe) {
    String plain = recipe.sampler() + " " + recipe.clipping();
    boolean isLed = !recipe.classes().isEmpty() || recipe.condition().says();
    String led = isLed ? plain + ", " + recipe.guidance() : plain;
    return recipe.bestOf() == 1 ? led : led + ", the best of " + recipe.bestOf();
  }

  /** Whether something was trained there, maybe not yet to its first checkpoint. */
  static boolean isRun(Path place) {
    RunFolder folder = new RunFolder(place);
    return Files.exists(folder.log()) || Files.exists(folder.checkpoints());
  }

  /** Refuses a run where a model from elsewhere is expected. */
  static void requireNoRun(Path place) {
    UsageException.unless(
        !isRun(place),
        Text.of(
            "--from: expected a model that was exported or saved by diffusers, got the run %1$s; draw from"
                + " it with --run %1$s",
            place));
  }

  /** The network of a model from elsewhere; the innermost scope owns its parameters. */
  static Model network(Path place, Imported model, Recipe recipe, Device device)
      throws IOException {
    if (recipe.data().shape().size() == 0) {
      throw new IOException(Text.of(
          "%s: expected the sample_size of its pictures in the config.json of unet, got none",
          place));
    }
    Model network = Parameters.toBeRead(() -> new Model(recipe, device));
    Matching matching = model.weights().loadAll(network.parameters());
    model.remarks().forEach(Telling::warn);
    matching.table().forEach(line -> Telling.warn(place + ": of its tensors " + line));
    return network;
  }

  /** A model from elsewhere; the innermost scope owns its parameters. */
  static Source imported(Path place, Imported model, Recipe recipe, Device device)
      throws IOException {
    Model network = network(place, model, recipe, device);
    return new Source(
        classes -> Asked.inTurn(network, recipe, classes),
        network,
        recipe,
        Text.of(
            "%s of %s, %s",
            model.weights().source().toAbsolutePath().normalize(),
            Files.getLastModifiedTime(model.weights().source()),
            sampling(recipe)));
  }
}
