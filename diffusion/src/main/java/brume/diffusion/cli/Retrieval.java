package brume.diffusion.cli;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.data.DataSettings;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.PictureTensor;
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
import java.util.Optional;

/**
 * Tells at the end of a training how often the caption of a picture is found among those of others, and the
 * picture of a caption: of the data, and of data that were held back from it where there are some.
 *
 * @param data that were learned from
 * @param heldBack data like these that were not
 * @param device where it is computed
 */
record Retrieval(Dataset data, Optional<DataSettings> heldBack, Device device)
    implements TrainingListener {

  private static final int PAIRS = 100, ROUNDS = 5;

  /** How many were found, of how many. */
  private record Found(int captions, int pictures, int of) {
    Found plus(Found other) {
      return new Found(captions + other.captions, pictures + other.pictures, of + other.of);
    }
  }

  @Override
  public void finished(Model average) throws IOException {
    tell("", data, average);
    if (heldBack.isPresent()) {
      try (Dataset others = heldBack.get().open()) {
        tell("of what was held back: ", others, average);
      }
    }
  }

  private static int among(Dataset data) {
    return Math.min(PAIRS, data.size());
  }

  private void tell(String what, Dataset of, Model model) throws IOException {
    int pairs = among(of);
    Found found = new Found(0, 0, 0);
    for (int round = 0; round < Math.min(ROUNDS, of.size() / pairs); round++) {
      found = found.plus(found(of, round, model));
    }
    Telling.say(Text.of(
        "%samong %d it found the caption of %.0f%% of the pictures, and the picture of %.0f%% of the captions",
        what, pairs, share(found.captions(), found), share(found.pictures(), found)));
  }

  private static double share(int right, Found found) {
    return 100.0 * right / found.of();
  }

  /** One batch of pairs, which are chosen from all parts of the data. */
  private Found found(Dataset of, int round, Model model) throws IOException {
    int pairs = among(of), rounds = Math.min(ROUNDS, of.size() / pairs);
    RandomKey chance = RandomKey.of(0).child("retrieval", round);
    List<String> captions = new ArrayList<>();
    Shape shape = Shape.of(pairs, of.height(), of.width(), of.channels());
    float[] pictures = new float[shape.size()];
    for (int i = 0; i < pairs; i++) {
      int index = (int) (((long) i * rounds + round) * of.size() / ((long) pairs * rounds));
      of.read(index, false, pictures, i * of.pictureLength());
      captions.add(of.caption(index, chance.uniform(i)));
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
