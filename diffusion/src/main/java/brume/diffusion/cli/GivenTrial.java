package brume.diffusion.cli;

import brume.diffusion.cli.Verdict.Judged;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.evaluation.Evaluation;
import brume.diffusion.evaluation.FeatureSet;
import brume.diffusion.image.ImageGrid;
import brume.diffusion.image.Picture;
import java.io.IOException;
import java.util.List;

/** Pictures that were drawn before, or by others, judged as samples of a model are. */
final class GivenTrial {

  private static final int SHOWN = 8;

  private GivenTrial() {}

  /**
   * Looks and compares.
   *
   * @param name of their place, for people
   * @param given the pictures
   * @param count how many of them, chosen by chance
   * @param evaluation with the data
   */
  static Judged judged(String name, Dataset given, int count, Evaluation evaluation)
      throws IOException {
    long start = System.nanoTime();
    FeatureSet seen = new FeatureSet(evaluation.extractor(), true);
    try (TerminalProgress progress = new TerminalProgress("judging", 0, count)) {
      seen.add(given, count, done -> progress.evenlyAt(done, "pictures"));
    }
    double seconds = (System.nanoTime() - start) * 1e-9;
    return new Judged(name, 0, evaluation.of(seen), shown(given), seen.sha256(), seconds);
  }

  private static Picture shown(Dataset given) throws IOException {
    int some = Math.min(SHOWN, given.size());
    float[] values = new float[some * given.pictureLength()];
    for (int i = 0; i < some; i++) {
      given.read(i, false, values, i * given.pictureLength());
    }
    List<Picture> pictures =
        PictureTensor.toPictures(values, given.height(), given.width(), given.channels());
    return ImageGrid.of(pictures).withColumns(some).toPicture();
  }
}
