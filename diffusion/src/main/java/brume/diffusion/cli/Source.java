package brume.diffusion.cli;

import brume.diffusion.data.Exhibit;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.diffusion.run.Model;
import brume.diffusion.sampler.Sampler;
import brume.tensor.Shape;
import java.util.List;
import java.util.function.Function;

/**
 * What samples can be drawn from.
 *
 * @param asked the model as samplers see it, asked for some of the classes in turn, or for none
 * @param model the network
 * @param recipe of the model, and how samples are drawn
 * @param fingerprint what tells it apart from others
 */
record Source(
    Function<List<Integer>, Asked> asked, Model model, Recipe recipe, String fingerprint) {

  /** Names of the classes that it knows; empty if it knows none. */
  List<String> classes() {
    return recipe.classes();
  }

  /** The way from noise to data. */
  Sampler sampler() {
    return recipe.sampler().create(model.reverse(recipe));
  }

  /** (H, W, C). */
  Shape picture() {
    return recipe.data().shape();
  }

  /** How samples are shown. */
  Exhibit exhibit() {
    return recipe.data().exhibit();
  }

  /** Seed of the samples unless told otherwise. */
  long seed() {
    return recipe.seed();
  }
}
