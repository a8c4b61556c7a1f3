package brume.diffusion.cli;

import brume.diffusion.data.PictureExhibit;
import brume.diffusion.exchange.Pipeline;
import brume.diffusion.exchange.SchedulerConfig;
import brume.diffusion.exchange.SchedulerKind;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.Checkpoint;
import brume.diffusion.run.Checkpoints;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.SavedModel;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.NoiseEstimate;
import brume.tensor.Device;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Opens what samples can be drawn from: runs, and folders of diffusers. */
final class Sources {

  private static final Path RUNS = Path.of("runs");

  private Sources() {}

  /** The folder that a word names. */
  static RunFolder folderOf(String run) throws IOException {
    UsageException.unless(!run.isBlank(), "--run: expected the folder of a run, got an empty text");
    RunFolder folder = run.equals("latest") ? RunFolder.latest(RUNS) : new RunFolder(Path.of(run));
    if (!folder.holdsRun()) {
      throw new IOException("--run: expected the folder of a run with its config.json, got "
          + folder.path() + "; make one with brume train");
    }
    return folder;
  }

  static Recipe recipeOf(String run) throws IOException {
    return Recipes.read(folderOf(run).config());
  }

  /** The checkpoint of a step, or the newest. */
  static Checkpoint checkpointOf(String run, @Nullable Integer step) throws IOException {
    Checkpoints all = new Checkpoints(folderOf(run));
    if (step != null) {
      return all.at(step);
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
   * @param step of the checkpoint, null for the newest
   * @param weights which parameters
   */
  static Source run(
      String run, Recipe recipe, @Nullable Integer step, String weights, Device device)
      throws IOException {
    Checkpoint checkpoint = checkpointOf(run, step);
    return new Source(
        Denoised.of(SavedModel.load(recipe, checkpoint, weights, device), recipe.reverse()),
        recipe.sampler().create(recipe.reverse()),
        recipe.data().shape(),
        recipe.data().exhibit(),
        recipe.seed(),
        Text.of(
            "%s %s, %s %s",
            checkpoint.state().sha256().get("state.json"),
            weights,
            recipe.sampler(),
            recipe.clipping()));
  }

  /** A pipeline with its own scheduler or another one; the innermost scope owns its parameters. */
  static Source pipeline(
      Path folder, @Nullable SchedulerKind other, PipelineOptions how, Device device)
      throws IOException {
    UsageException.unless(
        Files.exists(folder.resolve("model_index.json")) || !new RunFolder(folder).holdsRun(),
        Text.of(
            "--from: expected a folder that diffusers has saved, got the run %1$s; draw from it with --run %1$s",
            folder));
    Pipeline pipeline = Pipeline.open(folder, device);
    if (pipeline.picture().size() == 0) {
      throw new IOException(Text.of(
          "%s: expected the sample_size of its pictures in the config.json of unet, got none",
          folder));
    }
    SchedulerConfig own = pipeline.scheduler();
    SchedulerConfig scheduler = other == null ? own : own.withKind(other);
    int steps = how.steps(scheduler);
    return new Source(
        Denoised.of(pipeline, scheduler.process()),
        scheduler.sampler(steps, how.eta(), NoiseEstimate.AS_PREDICTED),
        pipeline.picture(),
        new PictureExhibit(pipeline.picture()),
        0,
        Text.of(
            "%s %s %d steps, eta %s",
            folder.toAbsolutePath().normalize(), scheduler.kind(), steps, how.eta()));
  }
}
