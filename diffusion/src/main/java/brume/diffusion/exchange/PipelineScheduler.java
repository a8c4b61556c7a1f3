package brume.diffusion.exchange;

import brume.diffusion.process.Clipping;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** A scheduler of a pipeline of diffusers, as its network is drawn with. */
final class PipelineScheduler {

  private final PipelineIndex index;
  private final Path folder; // of the pipeline
  private final String name;
  private final BiFunction<String, Options, Options> mended; // of its class and file

  /**
   * One of a pipeline.
   *
   * @param index which says its class
   * @param folder of the pipeline
   * @param name of its folder there
   */
  PipelineScheduler(PipelineIndex index, Path folder, String name) {
    this(index, folder, name, (scheduler, file) -> file);
  }

  /**
   * One of a pipeline of its own mind.
   *
   * @param index which says its class
   * @param folder of the pipeline
   * @param name of its folder there
   * @param mended of its class and of what its file says, what the pipeline makes of it
   */
  PipelineScheduler(
      PipelineIndex index, Path folder, String name, BiFunction<String, Options, Options> mended) {
    this.index = index;
    this.folder = folder;
    this.name = name;
    this.mended = mended;
  }

  private Options options() throws IOException {
    return mended.apply(
        index.part(name), Options.read(folder.resolve(name).resolve(SchedulerFile.NAME)));
  }

  /**
   * The process, the way back and the guidance; the rest of the recipe means nothing.
   *
   * @param sampler name of the one wanted instead
   * @param steps how many its pipeline does unless told otherwise
   * @param scale how far it leads; 1 for not at all
   */
  Recipe recipe(Optional<String> sampler, int steps, double scale) throws IOException {
    Map<String, Integer> usual = SchedulerFile.always(steps);
    ObjectNode parts = SchedulerFile.parts(index.part(name), sampler, usual, options());
    if (scale != 1) {
      parts.putObject("guidance").put("kind", "classifier-free").put("scale", scale);
    }
    return Recipes.overlay(parts, folder.toString(), Recipes.plain());
  }

  /**
   * How a smaller picture is shown with noise of it.
   *
   * @param most largest time
   * @param usual time unless told otherwise
   * @param isEnlarged whether it is enlarged before
   */
  SmallerPicture smaller(int most, int usual, boolean isEnlarged) throws IOException {
    Options file = options();
    Recipe noising = SchedulerFile.recipe(index.part(name), file.tree(), file.source());
    try {
      ForwardProcess process = noising
          .process()
          .create(Clipping.none())
          .discrete("expected numbered times, got others")
          .q();
      return new SmallerPicture(
          process, Math.min(most, process.steps() - 1), Math.min(usual, most), isEnlarged);
    } catch (IllegalArgumentException misfit) {
      throw new IOException(file.source() + ": " + misfit.getMessage(), misfit);
    }
  }
}
