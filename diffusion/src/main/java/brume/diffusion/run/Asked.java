package brume.diffusion.run;

import brume.diffusion.guidance.ClassifierGuided;
import brume.diffusion.objective.NoisyClassifier;
import brume.diffusion.process.Clipping;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.Denoised;
import brume.nn.Labelled;
import java.util.Arrays;
import java.util.List;

/**
 * A model as samplers see it. What it is asked for depends on the number of a sample alone, so that sample
 * i of a seed is the same whatever others are drawn.
 */
@FunctionalInterface
public interface Asked {

  /**
   * The model for some samples.
   *
   * @param first number of the first one
   * @param count N, how many with consecutive numbers
   * @return estimates for these
   */
  Denoised of(long first, int count);

  /**
   * A model that is asked for the same always.
   *
   * @param model as samplers see it
   * @return the model
   */
  static Asked alike(Denoised model) {
    return (first, count) -> model;
  }

  /**
   * A model that is asked for one class after the other, again and again, and led to them as the recipe
   * says.
   *
   * @param model the network
   * @param recipe of the run
   * @param classes numbers of the classes, in turn; none where the network is told none
   * @return the model
   */
  static Asked inTurn(Model model, Recipe recipe, List<Integer> classes) {
    Denoised unknown = Denoised.of(model, model.reverse(recipe));
    if (classes.isEmpty()) {
      return alike(unknown);
    }
    return (first, count) -> {
      int[] labels = labels(first, count, classes);
      Denoised known = Denoised.of(new Labelled(model, labels), model.reverse(recipe));
      return recipe.guidance().of(known, unknown);
    };
  }

  /**
   * The model, led by a classifier to one class after the other, again and again.
   *
   * @param plain the model, told no classes
   * @param classifier tells classes of what it draws
   * @param classes numbers of the classes, in turn
   * @param scale how far to lead
   * @param clipping of estimates of the data
   * @return the model
   */
  static Asked led(
      Asked plain,
      NoisyClassifier classifier,
      List<Integer> classes,
      double scale,
      Clipping clipping) {
    return (first, count) -> new ClassifierGuided(
        plain.of(first, count), classifier, labels(first, count, classes), scale, clipping);
  }

  /** (count) the classes of samples from a number on. */
  private static int[] labels(long first, int count, List<Integer> classes) {
    int[] labels = new int[count];
    Arrays.setAll(labels, n -> classes.get((int) ((first + n) % classes.size())));
    return labels;
  }
}
