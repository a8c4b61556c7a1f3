package brume.diffusion.cli;

import brume.diffusion.exchange.AutoencoderExport;
import brume.diffusion.exchange.EmbeddingExport;
import brume.diffusion.exchange.Export;
import brume.diffusion.exchange.LoraExport;
import brume.diffusion.exchange.TextRunExport;
import brume.diffusion.exchange.TowersExport;
import brume.diffusion.network.InversionSettings;
import brume.diffusion.network.LoraSettings;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.SavedModel;
import brume.diffusion.settings.SettingException;
import brume.nn.Role;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code brume export}: a run's model for others. */
@Command(
    name = "export",
    description = {
      "Writes the model of a run where others read it: a folder of diffusers for the networks unet2d and"
          + " autoencoder and for runs that draw latents as texts say, of transformers for clip, a file of diffusers for lora and inversion, or safetensors under the names of the network's original, with the recipe beside them.",
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
              + " for the networks unet2d, autoencoder, lora and inversion and for runs that draw latents as texts say,"
              + " transformers for clip, else brume.")
  private Export.@Nullable Layout layout;

  @Override
  public Integer call() throws IOException {
    Recipe recipe = Sources.recipeOf(saved.folder);
    Role role = recipe.network().role();
    recipe =
        role == Role.TOWERS || role == Role.AUTOENCODER ? recipe : Sources.drawing(saved.folder);
    Export.Layout chosen = layout == null ? Export.Layout.of(recipe) : layout;
    UsageException.unless(
        layouts(recipe).contains(chosen),
        Text.of(
            "--layout: expected %s for a network that %s, got %s",
            layouts(recipe).stream()
                .map(Export.Layout::toString)
                .collect(Collectors.joining(" or ")),
            role.sentence(),
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
      written(recipe, weights, chosen).forEach(Telling::say);
    } catch (SettingException refused) {
      String other = chosen == Export.Layout.DIFFUSERS ? "; or choose --layout brume" : "";
      throw new UsageException(options.sentence(refused) + other);
    }
    Telling.say("wrote " + out);
    return 0;
  }

  private static List<Export.Layout> layouts(Recipe recipe) {
    return switch (recipe.network().role()) {
      case TOWERS -> List.of(Export.Layout.TRANSFORMERS);
      case AUTOENCODER -> List.of(Export.Layout.DIFFUSERS);
      default ->
        recipe.network().learnsFromFew()
            ? List.of(Export.Layout.DIFFUSERS)
            : List.of(Export.Layout.DIFFUSERS, Export.Layout.BRUME);
    };
  }

  private List<String> written(Recipe recipe, Path weights, Export.Layout chosen)
      throws IOException {
    return switch (recipe.network().role()) {
      case TOWERS -> TowersExport.write(recipe, Sources.folderOf(saved.folder), weights, out);
      case AUTOENCODER -> AutoencoderExport.write(recipe, weights, out);
      default -> {
        if (recipe.network() instanceof LoraSettings) {
          yield LoraExport.write(recipe, weights, out);
        }
        if (recipe.network() instanceof InversionSettings) {
          yield EmbeddingExport.write(recipe, weights, out);
        }
        yield chosen == Export.Layout.DIFFUSERS && TextRunExport.isOne(recipe)
            ? TextRunExport.write(recipe, Sources.folderOf(saved.folder), weights, out)
            : Export.write(recipe, weights, out, chosen);
      }
    };
  }
}
