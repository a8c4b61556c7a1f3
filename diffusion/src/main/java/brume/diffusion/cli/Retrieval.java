package brume.diffusion.cli;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.Part;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Model;
import brume.diffusion.run.TrainingListener;
import brume.nn.Pass;
import brume.nn.text.Clip;
import brume.nn.text.TokenRows;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells at the end of a training how often the caption of a picture is found among those of others, and the
 * picture of a caption, of pictures that were not learned from.
 *
 * @param recipe of the run
 * @param data that were learned from, and those that are held back
 * @param device where it is computed
 */
record Retrieval(Recipe recipe, Dataset data, Device device) implements TrainingListener {

  private static final int PAIRS = 100;

  /** How many were found, of how many. */
  private record Found(int captions, int pictures, int of) {
    Found plus(Found other) {
      return new Found(captions + other.captions, pictures + other.pictures, of + other.of);
    }
  }

  @Override
  public void finished(Model average) throws IOException {
    Part held = Part.heldBack(data, recipe.objective().heldBack());
    int pairs = Math.min(PAIRS, held.size());
    Found all = new Found(0, 0, 0);
    for (int first = 0; first + pairs <= held.size(); first += pairs) {
      all = all.plus(found(held, first, pairs, average));
    }
    double captions = share(all.captions(), all), pictures = share(all.pictures(), all);
    int of = all.of();
    if (!Telling.isJson()) {
      Telling.say(Text.of(
          "of %d pictures that are not learned from, %d at a time, it finds the caption of %.0f%%, and the picture"
              + " of %.0f%% of their captions",
          of, pairs, captions, pictures));
    }
    Telling.event("retrieval", facts -> facts
        .put("pictures", of)
        .put("among", pairs)
        .put("captionsFound", captions)
        .put("picturesFound", pictures));
  }

  private static double share(int right, Found found) {
    return 100.0 * right / found.of();
  }

  /** One batch of pairs. */
  private Found found(Part held, int first, int pairs, Model model) throws IOException {
    RandomKey chance = RandomKey.of(0).child("retrieval");
    List<String> captions = new ArrayList<>();
    Shape shape = Shape.of(pairs, held.height(), held.width(), held.channels());
    float[] pictures = new float[shape.size()];
    for (int i = 0; i < pairs; i++) {
      held.read(first + i, false, pictures, i * held.pictureLength());
      captions.add(held.caption(first + i, chance.uniform(first + i)));
    }
    try (Scope scope = Scope.open();
        Tape.Pause pause = Tape.pause()) {
      Clip clip = Clip.of(model);
      TokenRows rows = model.encoders().words().orElseThrow().rows(captions);
      Variable x = Variable.constant(PictureTensor.of(device, shape, pictures));
      double[] fits = clip.similarity(
              clip.ofTexts(rows, Pass.inference()), clip.ofPictures(x, Pass.inference()))
          .value()
          .toDoubles();
      return found(fits, rows.firstAlike());
    }
  }

  /** Of equal captions each is right. */
  private static Found found(double[] fits, int[] alike) {
    int n = alike.length, captions = 0, pictures = 0;
    for (int i = 0; i < n; i++) {
      int caption = 0, picture = 0;
      for (int j = 1; j < n; j++) {
        picture = fits[i * n + j] > fits[i * n + picture] ? j : picture;
        caption = fits[j * n + i] > fits[caption * n + i] ? j : caption;
      }
      captions += alike[caption] == alike[i] ? 1 : 0;
      pictures += alike[picture] == alike[i] ? 1 : 0;
    }
    return new Found(captions, pictures, n);
  }
}
