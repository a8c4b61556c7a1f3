package brume.diffusion.evaluation;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.process.Level;
import brume.diffusion.process.Mix;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.process.Way;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Model;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.TimestepSpacing;
import brume.nn.Denoiser;
import brume.nn.Labelled;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * How far a model is from the noise of data at some levels: the mean of (ε − ε̂)² over samples and their numbers.
 * The same noise is added whatever the model, so that two of them can be compared.
 *
 * @param recipe of the model
 * @param model what is asked, of samples as they are
 * @param data of which the first are looked at
 * @param device where the model is
 */
public record NoiseLosses(Recipe recipe, Model model, Dataset data, Device device) {

  private static final int LEVELS = 8, BATCH = 64;

  /**
   * Looks at samples.
   *
   * @param count how many of the data, at most as many as there are
   * @param progress is told how many were looked at
   * @return a figure for each level, that of the least noise first
   * @throws IOException if a sample cannot be read
   */
  public Map<String, Double> of(int count, LongConsumer progress) throws IOException {
    TrainedProcess process = model.process();
    Way way = process.levels(TimestepSpacing.UNIFORM, LEVELS);
    double[] sums = new double[LEVELS];
    int looked = Math.min(count, data.size());
    for (int first = 0; first < looked; first += BATCH) {
      int n = Math.min(BATCH, looked - first);
      for (int k = 0; k < LEVELS; k++) {
        sums[k] += squares(process, way.at(k), first, n);
      }
      progress.accept(first + n);
    }
    Map<String, Double> losses = new LinkedHashMap<>();
    for (int k = 0; k < LEVELS; k++) {
      Level level = way.at(k);
      double share = level.noise() / Math.hypot(level.signal(), level.noise());
      losses.put(
          Text.of("loss with %.1f%% of noise", 100 * share),
          sums[k] / ((double) looked * data.pictureLength()));
    }
    return losses;
  }

  private double squares(TrainedProcess process, Level level, int first, int n) throws IOException {
    RandomKey key = RandomKey.of(0).child("noise losses", level.k());
    try (Scope scope = Scope.open();
        Tape.Pause pause = Tape.pause()) {
      Shape shape = Shape.of(n, data.height(), data.width(), data.channels());
      float[] values = new float[shape.size()];
      int[] labels = new int[n];
      for (int i = 0; i < n; i++) {
        data.read(first + i, false, values, i * data.pictureLength());
        labels[i] = recipe.classes().isEmpty() ? 0 : data.label(first + i);
      }
      Variable x0 = Variable.constant(PictureTensor.of(device, shape, values));
      Variable noise = Variable.constant(NoiseSource.keyed(key, first).start(device, shape));
      Variable xt = Mix.mix(level.signal(), x0, level.noise(), noise);
      Denoiser told = recipe.classes().isEmpty() ? model : new Labelled(model, labels);
      Variable output =
          told.predict(Query.of(process.input(level, xt), level.times(n), Pass.inference()));
      double[] seen = process.epsilon(level, xt, output).value().toDoubles();
      double[] added = noise.value().toDoubles();
      double[] squares = new double[seen.length];
      Arrays.setAll(squares, i -> (seen[i] - added[i]) * (seen[i] - added[i]));
      return Arrays.stream(squares).sum();
    }
  }
}
