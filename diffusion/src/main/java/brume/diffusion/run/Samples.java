package brume.diffusion.run;

import brume.diffusion.data.PictureTensor;
import brume.diffusion.image.Picture;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/** Pictures from what a run has learned, in one call. */
public final class Samples {

  private Samples() {}

  /**
   * Draws the first pictures of a run's seed from the average of its newest checkpoint, as {@code brume
   * sample} does: of all classes in turn, where the run knows classes.
   *
   * @param run a run of pictures
   * @param count how many
   * @param device where to compute
   * @return the pictures, in order
   * @throws IOException if there is no valid checkpoint, or one of another network
   * @throws IllegalArgumentException if the run's samples are no pictures of 1 or 3 channels
   */
  public static List<Picture> of(RunFolder run, int count, Device device) throws IOException {
    Recipe recipe = Recipes.read(run.config());
    Checkpoint newest = new Checkpoints(run)
        .newest()
        .orElseThrow(() -> new IOException(
            run.path() + ": expected a run with a valid checkpoint, got none; train it first"));
    Shape shape = recipe.data().shape();
    Drawing drawing = new Drawing(
        recipe.sampler().create(recipe.reverse()), shape, recipe.seed(), Drawing.usualBatch(shape));
    try (Scope scope = Scope.open()) {
      List<Integer> classes =
          IntStream.range(0, recipe.classes().size()).boxed().toList();
      Model model = SavedModel.load(recipe, newest, "average", device);
      float[] drawn = drawing.draw(
          Asked.inTurn(model, recipe, classes), device, count, (done, of, first, x) -> {});
      return PictureTensor.toPictures(drawn, shape.dim(0), shape.dim(1), shape.dim(2));
    }
  }
}
