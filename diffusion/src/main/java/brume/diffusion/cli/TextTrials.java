package brume.diffusion.cli;

import brume.diffusion.data.CaptionedPicture;
import brume.diffusion.data.Dataset;
import brume.diffusion.recipe.Recipe;
import brume.tensor.Device;
import brume.tensor.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Pictures that are judged one by one, by what texts say: those that a model draws, or those of a folder.
 *
 * @param saved the model
 * @param samples a folder or ZIP file instead of a model
 * @param prompts what pictures are drawn of; null for the captions of the data
 * @param count how many pictures
 * @param seed of what is drawn; null for that of the run
 * @param deviceOptions where
 */
record TextTrials(
    SavedPlace saved,
    @Nullable Path samples,
    @Nullable List<String> prompts,
    int count,
    @Nullable Long seed,
    DeviceOptions deviceOptions) {

  /** Texts of shapes, which are drawn and judged one by one; returns the sentence that tells what was written. */
  ShapeTrial shapes() throws IOException {
    if (samples != null) {
      return ShapeTrial.of(CaptionedPicture.read(samples, count));
    }
    Recipe recipe = saved.recipe();
    Device device = deviceOptions.open();
    try (Scope scope = Scope.open()) {
      return ShapeTrial.of(saved.model(recipe, device), recipe, count, seed(recipe), device);
    }
  }

  ClipTrial clip(Path towers) throws IOException {
    try (Scope scope = Scope.open()) {
      return samples == null
          ? drawnForClip(towers)
          : ClipTrial.of(
              towers,
              samples.toString(),
              CaptionedPicture.read(samples, count),
              deviceOptions.open());
    }
  }

  private ClipTrial drawnForClip(Path towers) throws IOException {
    Recipe recipe = saved.recipe();
    Device device = deviceOptions.open();
    List<String> texts = texts(recipe);
    return ClipTrial.of(
        towers, saved.which(), saved.model(recipe, device), recipe, texts, seed(recipe), device);
  }

  private long seed(Recipe recipe) {
    return seed == null ? recipe.seed() : seed;
  }

  private List<String> texts(Recipe recipe) throws IOException {
    List<String> given = prompts;
    if (given != null) {
      return IntStream.range(0, count)
          .mapToObj(i -> given.get(i % given.size()))
          .toList();
    }
    try (Dataset real = saved.data(null, recipe)) {
      return ClipTrial.texts(real, count);
    }
  }
}
