package brume.diffusion.cli;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.Part;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.objective.NoisyClassifier;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.Level;
import brume.diffusion.process.Mix;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.process.Way;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Model;
import brume.diffusion.run.TrainingListener;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.TimestepSpacing;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells at the end of a training how often a classifier is right, at some levels of noise.
 *
 * @param recipe of the run
 * @param data of which it has learned from all but what was held back
 * @param device where it is computed
 */
record Accuracy(Recipe recipe, Dataset data, Device device) implements TrainingListener {

  private static final int BATCH = 64, LEVELS = 5;

  @Override
  public void finished(Model average) throws IOException {
    TrainedProcess process = recipe.process().create(Clipping.none());
    Way levels = process.levels(TimestepSpacing.UNIFORM, LEVELS);
    Dataset held = Part.heldBack(data, recipe.objective().heldBack());
    int count = held.size();
    List<String> parts = new ArrayList<>();
    if (!recipe.objective().seesNoise()) {
      double share = right(average, process, null, held) / (double) count;
      Telling.say(
          Text.of("of %,d pictures that were held back it knew %.1f%%", count, 100 * share));
      return;
    }
    for (int k = 0; k < levels.count(); k++) {
      Level level = levels.at(k);
      double share = right(average, process, level, held) / (double) count;
      parts.add(Text.of(
          "%.0f%% with %.0f%% of noise",
          100 * share, 100 * level.noise() / Math.hypot(level.signal(), level.noise())));
    }
    Telling.say(
        Text.of("of %,d pictures that were held back it knew %s", count, String.join(", ", parts)));
  }

  private int right(Model model, TrainedProcess process, @Nullable Level level, Dataset held)
      throws IOException {
    RandomKey key = RandomKey.of(recipe.seed()).child("accuracy");
    int right = 0, count = held.size();
    for (int first = 0; first < count; first += BATCH) {
      int n = Math.min(BATCH, count - first);
      try (Scope scope = Scope.open();
          Tape.Pause pause = Tape.pause()) {
        Shape shape = Shape.of(n, data.height(), data.width(), data.channels());
        float[] values = new float[shape.size()];
        for (int i = 0; i < n; i++) {
          held.read(first + i, false, values, i * held.pictureLength());
        }
        Variable x0 = Variable.constant(PictureTensor.of(device, shape, values));
        Query query = level == null
            ? NoisyClassifier.withoutNoise(process, x0, Pass.inference())
            : noisy(process, level, x0, NoiseSource.keyed(key, first).start(device, shape));
        double[] logits = new NoisyClassifier(model).logits(query).value().toDoubles();
        for (int i = 0; i < n; i++) {
          right += best(logits, i) == held.label(first + i) ? 1 : 0;
        }
      }
    }
    return right;
  }

  private static Query noisy(TrainedProcess process, Level level, Variable x0, Tensor noise) {
    Variable xt = Mix.mix(level.signal(), x0, level.noise(), Variable.constant(noise));
    int n = x0.shape().dim(0);
    return Query.of(process.input(level, xt), level.times(n), Pass.inference());
  }

  private int best(double[] logits, int sample) {
    int classes = data.classes().size(), best = 0;
    for (int k = 1; k < classes; k++) {
      best = logits[sample * classes + k] > logits[sample * classes + best] ? k : best;
    }
    return best;
  }
}
