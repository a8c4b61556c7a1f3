package brume.diffusion.exchange;

import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.Model;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.Device;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A recipe and weights from elsewhere: out of a folder that diffusers has saved, or out of one that Brume
 * has exported, with {@code config.json} and {@code model.safetensors}.
 *
 * @param recipe how to use the network; its data are not at hand
 * @param weights of the network
 * @param remarks sentences to tell whoever asked for it
 */
public record Imported(Recipe recipe, StoredWeights weights, List<String> remarks) {

  static final String RECIPE = "config.json", WEIGHTS = "model";

  /** Copies the list. {@inheritDoc} */
  public Imported {
    remarks = List.copyOf(remarks);
  }

  /**
   * Opens a place.
   *
   * @param place a folder, or a file of weights with the rest beside it
   * @param sampler name of the one wanted instead of the folder's own, where diffusers makes either of
   *     its settings
   * @return what is there
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static Imported open(Path place, Optional<String> sampler) throws IOException {
    Pickles.refuse(place);
    if (Files.isRegularFile(place)) {
      return ofFile(place, sampler);
    }
    if (!Files.isDirectory(place)) {
      throw new IOException(place
          + ": expected a folder of a model or a file of weights, found none; check its name");
    }
    if (StableDiffusionFolder.isOne(place)) {
      throw new IOException(place
          + ": expected a model that draws without texts, got a pipeline with a text_encoder; ask it with brume"
          + " sample --from and --prompt");
    }
    if (PipelineFolder.isOne(place)) {
      return PipelineFolder.open(place, Optional.empty(), sampler);
    }
    if (Files.exists(place.resolve(RECIPE))) {
      return ofRecipe(place.resolve(RECIPE), StoredWeights.in(place, WEIGHTS));
    }
    throw new IOException(
        Text.of("%s: expected model_index.json or %s, found none", place, RECIPE) + inside(place));
  }

  private static String inside(Path folder) throws IOException {
    try (Stream<Path> parts = Files.list(folder)) {
      return parts
          .filter(part -> Files.isDirectory(part) && PipelineFolder.isOne(part))
          .sorted()
          .findFirst()
          .map(part -> "; did you mean " + part + "?")
          .orElse("");
    }
  }

  private static Imported ofFile(Path file, Optional<String> sampler) throws IOException {
    StoredWeights weights = StoredWeights.of(file);
    Path folder = file.toAbsolutePath().getParent(), recipe = file.resolveSibling(RECIPE);
    if (folder == null || !Files.exists(recipe)) {
      throw new IOException(
          Text.of("%s: expected the %s of the network beside it, found none", file, RECIPE));
    }
    if (!SettingsFile.read(recipe).has("_class_name")) {
      return ofRecipe(recipe, weights);
    }
    Path parent = folder.getParent();
    boolean part = parent != null && PipelineFolder.isOne(parent);
    return PipelineFolder.open(
        part && parent != null ? parent : folder, Optional.of(weights), sampler);
  }

  private static Imported ofRecipe(Path file, StoredWeights weights) throws IOException {
    return new Imported(Recipes.read(file), weights, List.of());
  }

  /**
   * The network with its weights.
   *
   * @param device where its parameters live, owned by the innermost scope
   * @return the network, as the recipe has it
   * @throws IOException if weights are missing or of another shape, or cannot be read
   * @throws IllegalArgumentException if settings do not fit together
   */
  public Model model(Device device) throws IOException {
    return weights.readAll(() -> new Model(recipe, device));
  }
}
