package brume.diffusion.cli;

import brume.diffusion.data.Dataset;
import brume.diffusion.likelihood.VariationalBound;
import brume.diffusion.process.Clipping;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Likelihood;
import brume.diffusion.run.Model;
import brume.tensor.Device;
import brume.tensor.Text;
import java.io.IOException;
import java.util.List;

/**
 * How likely pictures are to a model, in bits per dimension.
 *
 * @param option that names the model
 * @param recipe of the model
 * @param model what is asked
 * @param pictures some of which are looked at, the first ones
 * @param device where the model is
 */
record Bits(String option, Recipe recipe, Model model, Dataset pictures, Device device) {

  private static final double SMALLEST = 1e-12; // probability of a pixel, as in improved-diffusion

  /** Refuses a model whose pixels cannot be counted. */
  static void requirePixels(String option, Recipe recipe) {
    Sources.requirePixels(option, recipe);
    UsageException.unless(
        !recipe.data().exhibit().plots(),
        Text.of(
            "%s: expected a model of pictures, whose pixels are counted, got one of %s",
            option, recipe.data().title()));
  }

  /** Refuses pictures of other classes than the model is told. */
  static void requireSameClasses(Recipe recipe, Dataset pictures) {
    List<String> told = recipe.classes();
    UsageException.unless(
        told.isEmpty() || told.equals(pictures.classes()),
        Text.of(
            "--data: expected pictures of the classes %s, which the model is told, got %s",
            String.join(", ", told),
            pictures.classes().isEmpty() ? "none" : String.join(", ", pictures.classes())));
  }

  /** Refuses a process whose times are not numbered, of which no bits are known. */
  VariationalBound bound() {
    return new VariationalBound(
        recipe
            .process()
            .create(Clipping.unit())
            .discrete(
                option
                    + ": expected a model whose process has numbered times, got one in continuous time"),
        SMALLEST);
  }

  /** The bound of the first pictures. */
  Likelihood of(int count, int batch) throws IOException {
    VariationalBound bound = bound();
    try (TerminalProgress progress = new TerminalProgress("looking", 0, count)) {
      return Likelihood.of(
          bound,
          model,
          pictures,
          !recipe.classes().isEmpty(),
          count,
          batch,
          recipe.seed(),
          device,
          done -> progress.evenlyAt(done, "pictures"));
    }
  }
}
