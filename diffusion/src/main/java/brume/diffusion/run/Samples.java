package brume.diffusion.run;

import brume.diffusion.data.PictureTensor;
import brume.diffusion.image.Picture;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Text;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Pictures from what a run has learned, in one call. */
public final class Samples {

  private static final int SHOWN = 240; // characters of names of classes in a sentence

  private Samples() {}

  /**
   * Draws the first pictures of a run's seed from the average of its newest checkpoint, as {@code brume
   * sample} does: led to their classes as the run was told to, where it knows classes.
   *
   * @param run a run of pictures
   * @param count how many
   * @param device where to compute
   * @param classes names of the classes to draw, in turn; none for all that the run knows
   * @return the pictures, in order
   * @throws IOException if there is no valid checkpoint, or one of another network
   * @throws IllegalArgumentException if the run knows no such class, or its samples are no pictures of 1 or
   *     3 channels
   */
  public static List<Picture> of(RunFolder run, int count, Device device, String... classes)
      throws IOException {
    Recipe recipe = Recipes.read(run.config());
    List<Integer> asked = numbers(recipe.classes(), classes);
    try (Scope scope = Scope.open()) {
      Model model = SavedModel.load(recipe, newest(run), "average", device);
      return drawn(model, recipe, Asked.inTurn(model, recipe, asked), count, device);
    }
  }

  /**
   * Enlarges pictures with the average of a run's newest checkpoint, as {@code brume enlarge} does.
   *
   * @param run a run with the condition super-resolution
   * @param low smaller pictures of the size and channels that it enlarges
   * @param level standard deviation of the noise that they get before they are looked at, 0 for none, at
   *     most that of training
   * @param device where to compute
   * @return one picture for each, in order
   * @throws IOException if there is no valid checkpoint, or one of another network
   * @throws IllegalArgumentException if the run does not enlarge pictures, or others than these
   */
  public static List<Picture> enlarged(
      RunFolder run, List<Picture> low, double level, Device device) throws IOException {
    Recipe recipe = Recipes.read(run.config());
    try (Scope scope = Scope.open()) {
      Model model = SavedModel.load(recipe, newest(run), "average", device);
      Asked asked = Asked.enlarging(
          model, recipe, PictureTensor.ofPictures(device, low), level, recipe.seed());
      return drawn(model, recipe, asked, low.size(), device);
    }
  }

  private static Checkpoint newest(RunFolder run) throws IOException {
    return new Checkpoints(run)
        .newest()
        .orElseThrow(() -> new IOException(
            run.path() + ": expected a run with a valid checkpoint, got none; train it first"));
  }

  private static List<Picture> drawn(
      Model model, Recipe recipe, Asked asked, int count, Device device) {
    Shape shape = recipe.data().shape();
    Drawing drawing = model.drawing(recipe, recipe.seed(), Drawing.usualBatch(shape));
    float[] drawn = drawing.draw(asked, device, count, (done, of, first, x) -> {});
    return PictureTensor.toPictures(drawn, shape.dim(0), shape.dim(1), shape.dim(2));
  }

  private static List<Integer> numbers(List<String> known, String... names) {
    if (names.length == 0) {
      return IntStream.range(0, known.size()).boxed().toList();
    }
    for (String name : names) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(Text.of(
            "samples: expected %s, got the class %s",
            known.isEmpty()
                ? "none named of a run that was told no classes"
                : "some of " + Text.shown(String.join(", ", known), SHOWN),
            name));
      }
    }
    return Stream.of(names).map(known::indexOf).toList();
  }
}
