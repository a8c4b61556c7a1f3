package brume.diffusion.cli;

import brume.diffusion.cli.Verdict.Judged;
import brume.diffusion.cli.Ways.Way;
import brume.diffusion.data.Exhibit;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.evaluation.Evaluation;
import brume.diffusion.evaluation.FeatureSet;
import brume.diffusion.evaluation.Figures;
import brume.diffusion.image.ImageGrid;
import brume.diffusion.image.Picture;
import brume.diffusion.ranks.Team;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.diffusion.run.Choice;
import brume.diffusion.run.Drawing;
import brume.diffusion.run.Model;
import brume.diffusion.sampler.Randomness;
import brume.diffusion.sink.SampleNumbers;
import brume.tensor.Device;
import brume.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Samples that a model draws in one way or several, always of the same noise, looked at while they are drawn.
 *
 * @param model draws
 * @param ways samplers and numbers of steps
 * @param count samples of each way
 * @param seed of all
 * @param team who draws
 * @param device where the model is
 */
record DrawnTrial(Model model, List<Way> ways, int count, long seed, Team team, Device device) {

  private static final int SHOWN = 8, SHOWN_PIXELS = 256; // of each way

  /** What a rank does that judges nothing. */
  void drawOnly() throws IOException {
    for (Way way : ways) {
      drawing(way)
          .draw(
              team,
              told(way.recipe()),
              device,
              SampleNumbers.first(count),
              0,
              (done, of, first, x) -> {},
              (first, values) -> {});
    }
  }

  /**
   * Draws and compares.
   *
   * @param evaluation with the data
   * @param accuracy whether to tell how often samples are of the classes they were asked to be of
   */
  List<Judged> judged(Evaluation evaluation, boolean accuracy) throws IOException {
    SampleNumbers numbers = SampleNumbers.first(count);
    List<Judged> all = new ArrayList<>();
    long total = 0, before = 0;
    for (Way way : ways) {
      total += drawing(way).stepsFor(Choice.none(), numbers, 0);
    }
    try (TerminalProgress progress = new TerminalProgress("judging", 0, total)) {
      for (Way way : ways) {
        long done = before, start = System.nanoTime();
        Drawing drawing = drawing(way);
        String what = way.name() + " " + way.steps();
        Recipe recipe = way.recipe();
        FeatureSet seen = new FeatureSet(evaluation.extractor(), isQuantized(recipe));
        First first = new First(recipe, count);
        drawing.draw(
            team,
            told(recipe),
            device,
            numbers,
            0,
            (step, of, sample, x) -> progress.evenlyAt(done + step, what),
            (sample, values) -> {
              seen.add(values);
              first.take(values);
            });
        before += drawing.stepsFor(Choice.none(), numbers, 0);
        double seconds = (System.nanoTime() - start) * 1e-9;
        Figures figures = evaluation.of(seen);
        if (accuracy) {
          figures = figures.and(evaluation.accuracy(seen, inTurn(recipe)));
        }
        all.add(
            new Judged(way.name(), way.steps(), figures, first.shown(), seen.sha256(), seconds));
      }
    }
    return all;
  }

  /** Whether samples are rounded as in files of pictures; points and series are not. */
  static boolean isQuantized(Recipe recipe) {
    return !recipe.data().exhibit().plots();
  }

  private int[] inTurn(Recipe recipe) {
    int classes = recipe.classes().size();
    int[] asked = new int[count];
    Arrays.setAll(asked, i -> i % classes);
    return asked;
  }

  private Drawing drawing(Way way) {
    Shape sample = way.recipe().sampled();
    return new Drawing(
        way.sampler(model),
        sample,
        Randomness.of(seed),
        Drawing.usualBatch(sample),
        model.finish());
  }

  private Asked told(Recipe recipe) {
    return Asked.inTurn(model, recipe, Classes.named(null, recipe.classes()));
  }

  /** The first few samples, which are shown; points all in one plot. */
  private static final class First {

    private final Recipe recipe;
    private final int most;
    private final List<float[]> some = new ArrayList<>();
    private int taken;

    First(Recipe recipe, int count) {
      this.recipe = recipe;
      int fitting =
          Math.max(1, Math.min(SHOWN, SHOWN_PIXELS / recipe.data().shape().dim(1)));
      this.most = recipe.data().exhibit().plots() ? count : Math.min(count, fitting);
    }

    void take(float[] values) {
      int size = recipe.data().shape().size();
      int n = Math.min(values.length / size, most - taken);
      if (n > 0) {
        some.add(Arrays.copyOf(values, n * size));
        taken += n;
      }
    }

    Picture shown() throws IOException {
      Shape sample = recipe.data().shape();
      float[] all = new float[taken * sample.size()];
      int at = 0;
      for (float[] part : some) {
        System.arraycopy(part, 0, all, at, part.length);
        at += part.length;
      }
      Exhibit exhibit = recipe.data().exhibit();
      if (exhibit.plots()) {
        return exhibit.frame(all);
      }
      List<Picture> pictures =
          PictureTensor.toPictures(all, sample.dim(0), sample.dim(1), sample.dim(2));
      return ImageGrid.of(pictures).withColumns(pictures.size()).toPicture();
    }
  }
}
