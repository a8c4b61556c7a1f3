package brume.diffusion.cli;

import brume.diffusion.data.Dataset;
import brume.diffusion.data.EnlargedExhibit;
import brume.diffusion.data.Exhibit;
import brume.diffusion.data.PictureExhibit;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.image.Picture;
import brume.diffusion.objective.SuperResolution;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.diffusion.run.Model;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Pictures of the data that a run which learns to enlarge shows its skill with, spread evenly over the set.
 *
 * @param recipe of the run
 * @param how what is shown to its network
 * @param pictures (N, H, W, C) in [0, 1]
 * @param captions what they show; none if the network is told no texts
 */
@SuppressWarnings("ArrayRecordComponent") // shown, never compared
record Enlargements(Recipe recipe, SuperResolution how, float[] pictures, List<String> captions) {

  /** As many as the run shows. */
  static Enlargements of(Recipe recipe, SuperResolution how, Dataset data) throws IOException {
    int count = recipe.samples().count(), size = data.pictureLength();
    float[] pictures = new float[Shape.product(count, size)];
    List<String> captions = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      int index = (int) ((long) n * data.size() / count);
      data.read(index, false, pictures, n * size);
      if (how.texts().isPresent()) {
        captions.add(data.caption(index, 0));
      }
    }
    return new Enlargements(recipe, how, pictures, captions);
  }

  /** The model, asked to enlarge smaller pictures of them, which the innermost scope owns. */
  Asked asked(Model model, Device device) {
    Tensor low = low(device);
    long seed = recipe.seed();
    return captions.isEmpty()
        ? Asked.enlarging(model, recipe, low, 0, seed)
        : Asked.enlarging(
            model, recipe, low, 0, captions, Collections.nCopies(captions.size(), ""), seed);
  }

  private Tensor low(Device device) {
    Shape sample = recipe.data().shape();
    int count = pictures.length / sample.size();
    Shape shape = Shape.of(count, sample.dim(0), sample.dim(1), sample.dim(2));
    try (Scope scope = Scope.open()) {
      return scope.keep(how.low(PictureTensor.of(device, shape, pictures.clone())));
    }
  }

  /** How they are shown: small, drawn, and as they are. */
  Exhibit exhibit(Device device) {
    PictureExhibit plain = new PictureExhibit(recipe.data().shape());
    try (Scope scope = Scope.open()) {
      return new EnlargedExhibit(plain, inLargePixels(low(device)), plain.each(pictures));
    }
  }

  private List<Picture> inLargePixels(Tensor low) {
    List<Picture> large = new ArrayList<>();
    for (Picture small : PictureTensor.toPictures(low)) {
      large.add(small.enlarged(how.factor()));
    }
    return large;
  }
}
