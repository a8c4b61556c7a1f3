package brume.diffusion.cli;

import brume.diffusion.exchange.Export;
import brume.diffusion.exchange.TowersExport;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.SavedModel;
import brume.diffusion.settings.SettingException;
import brume.nn.Role;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code brume export}: a run's model for others. */
@Command(
    name = "export",
    description = {
      "Writes the model of a run where others read it: a folder of diffusers for the network unet2d, of"
          + " transformers for clip, or safetensors under the names of the network's original, with the recipe beside them.",
      "brume sample --from and brume train --train-from read both."
    },
    abbreviateSynopsis = true,
    sortOptions = false)
final class ExportCommand implements Callable<Integer> {

  @Mixin
  private SavedRun saved = new SavedRun();

  @Option(names = "--out", paramLabel = "FOLDER", required = true, description = "A new folder.")
  private Path out = Path.of("");

  @Option(
      names = "--layout",
      paramLabel = "NAME",
      description =
          "diffusers, transformers, or brume for config.json and model.safetensors. Default: diffusers"
              + " for the network unet2d, transformers for clip, else brume.")
  private Export.@Nullable Layout layout;

  @Override
  public Integer call() throws IOException {
    Recipe recipe = Sources.recipeOf(saved.folder);
    boolean towers = recipe.network().role() == Role.TOWERS;
    recipe = towers ? recipe : Sources.drawing(saved.folder);
    Export.Layout chosen = layout == null ? Export.Layout.of(recipe) : layout;
    UsageException.unless(
        towers == (chosen == Export.Layout.TRANSFORMERS),
        Text.of(
            "--layout: expected %s for a network that %s, got %s",
            towers ? Export.Layout.TRANSFORMERS : "diffusers or brume",
            recipe.network().role().sentence(),
            chosen));
    RecipeOptions options = RecipeOptions.ofTraining(recipe, new Words());
    Path weights;
    try {
      weights = SavedModel.file(
          recipe, Sources.checkpointOf(saved.folder, saved.checkpoint), saved.weights);
    } catch (SettingException unknown) {
      throw new UsageException(options.sentence(unknown));
    }
    try {
      List<String> remarks = towers
          ? TowersExport.write(recipe, Sources.folderOf(saved.folder), weights, out)
          : Export.write(recipe, weights, out, chosen);
      remarks.forEach(Telling::say);
    } catch (SettingException refused) {
      String other = chosen == Export.Layout.DIFFUSERS ? "; or choose --layout brume" : "";
      throw new UsageException(options.sentence(refused) + other);
    }
    Telling.say("wrote " + out);
    return 0;
  }
}
