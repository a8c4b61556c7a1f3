package brume.diffusion.cli;

import brume.diffusion.data.Dataset;
import brume.diffusion.evaluation.Figures;
import brume.diffusion.evaluation.NoiseLosses;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Model;
import brume.tensor.Device;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a model is worth whatever it draws: bits per dimension, and its loss by levels of noise.
 *
 * @param option that asks for it, for refusals
 * @param recipe of the model
 * @param model what is asked
 * @param data that it is asked about
 * @param device where the model is
 */
record ModelTrial(String option, Recipe recipe, Model model, Dataset data, Device device) {

  private static final int MOST_BITS = 64; // samples, as each is looked at a thousand times

  /** Refuses what cannot be asked of such a model. */
  void check(MetricChoice choice) {
    boolean bits = choice.wants(MetricChoice.BITS);
    if (bits) {
      Bits.requirePixels(option, recipe);
      bits().bound();
    }
    if (choice.wants(MetricChoice.LOSS)) {
      Sources.requirePixels(option, recipe);
    }
    if (bits || choice.wants(MetricChoice.LOSS)) {
      Bits.requireSameClasses(recipe, data);
    }
  }

  private Bits bits() {
    return new Bits(option, recipe, model, data, device);
  }

  /**
   * Asks.
   *
   * @param choice what is wanted
   * @param count samples of the data at most
   * @return no figures unless some of these were asked for
   */
  Figures figures(MetricChoice choice, int count) throws IOException {
    Map<String, Double> figures = new LinkedHashMap<>();
    int looked = Math.min(count, data.size());
    check(choice);
    if (choice.wants(MetricChoice.BITS)) {
      figures.put(
          "bits per dimension",
          bits().of(Math.min(looked, MOST_BITS), MOST_BITS).mean());
    }
    if (choice.wants(MetricChoice.LOSS)) {
      try (TerminalProgress progress = new TerminalProgress("loss by noise", 0, looked)) {
        figures.putAll(new NoiseLosses(recipe, model, data, device)
            .of(looked, done -> progress.evenlyAt(done, "samples")));
      }
    }
    return new Figures(figures, Map.of());
  }
}
