package brume.diffusion.run;

import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Sampler;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.util.List;

/**
 * A run that draws what another is told: small pictures that it enlarges, or what a picture is to look like.
 *
 * @param model its average
 * @param recipe how it draws
 */
public record Predecessor(Model model, Recipe recipe) {

  /**
   * The newest checkpoint of a run.
   *
   * @param run its folder
   * @param device where to load it, owned by the innermost scope
   * @return the run
   * @throws IOException if there is no such run, or none that draws
   */
  public static Predecessor open(RunFolder run, Device device) throws IOException {
    if (!run.holdsRun()) {
      throw new IOException(run.path()
          + ": expected a run that draws what another is told, got none; train it first");
    }
    Recipe recipe = Recipes.read(run.config());
    if (!recipe.objective().draws()) {
      throw new IOException(run.path()
          + ": expected a run that has learned to draw, got one that has learned something else");
    }
    Checkpoint newest = new Checkpoints(run)
        .newest()
        .orElseThrow(() -> new IOException(
            run.path() + ": expected a run with a valid checkpoint, got none; train it first"));
    return new Predecessor(SavedModel.load(recipe, newest, "average", device), recipe);
  }

  /**
   * Whether it draws what texts say.
   *
   * @return false if it needs none
   */
  public boolean readsTexts() {
    return model.encoders().readsTexts();
  }

  /**
   * Draws samples, always the same of a number.
   *
   * @param wanted texts in turn; none if it reads none
   * @param unwanted for each of them one to be led away from
   * @param seed of the samples
   * @param first number of the first sample
   * @param count N
   * @return (N, ..., C) in the range of the model, owned by the innermost scope
   */
  Tensor draw(List<String> wanted, List<String> unwanted, long seed, long first, int count) {
    Device device = model.parameters().get(0).variable().value().device();
    try (Scope scope = Scope.open()) {
      Asked asked =
          Asked.told(model, recipe.withBestOf(1), wanted, unwanted, seed); // none is chosen
      Drawing drawing = model.drawing(recipe, seed, count);
      Sampler sampler = drawing.sampler();
      Shape one = drawing.picture();
      NoiseSource noise =
          NoiseSource.keyed(RandomKey.of(seed).child("before").child("samples"), first);
      Tensor start = noise.start(device, Shape.of(count, one.dim(0), one.dim(1), one.dim(2)));
      Tensor drawn = sampler.sample(asked.of(first, count), start, noise, (i, of, x, x0) -> {});
      return scope.keep(drawing.finish().apply(drawn));
    }
  }
}
