package brume.diffusion.cli;

import brume.diffusion.data.PictureSize;
import brume.diffusion.pipeline.Beside;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.diffusion.run.Encoders;
import brume.diffusion.sampler.Randomness;
import brume.diffusion.sampler.Sampler;
import brume.tensor.Device;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Options of a command that say what its samples begin with. */
interface Steering {

  /** The recipe of a run of the kind that is steered so. */
  default Recipe recipe(String run) throws IOException {
    return Sources.drawing(run);
  }

  /** Options of drawing what texts say with a folder, for commands that can. */
  default Optional<Prompting> prompting() {
    return Optional.empty();
  }

  /** Texts that runs are told, for commands that can tell them. */
  default Optional<Wishing> wishing() {
    return Optional.empty();
  }

  /** Refuses texts that nothing reads; once the run or the folder was looked at. */
  default void checkTexts() {
    prompting().ifPresent(Prompting::check);
  }

  /** Refuses options that would have no effect, and numbers out of range. */
  void check();

  /**
   * The sampler that is steered; the same one where nothing steers it.
   *
   * @param sampler the way from noise to data
   * @param canvas what it draws
   * @param device where the model is
   * @throws IOException if a picture cannot be read
   */
  Sampler of(Sampler sampler, Canvas canvas, Device device) throws IOException;

  /**
   * The model, asked for some classes in turn, or for what is given.
   *
   * @param source of the samples
   * @param inTurn classes; none where the model is told none
   * @param seed of the samples
   * @param device where the model is
   * @throws IOException if a picture cannot be read
   */
  default Asked asked(Source source, List<Integer> inTurn, long seed, Device device)
      throws IOException {
    return source.asked().apply(inTurn);
  }

  /**
   * Whether a model is told texts here, or what it builds upon.
   *
   * @param encoders of the model
   */
  default boolean saysTexts(Encoders encoders) {
    return encoders.texts().isPresent() || encoders.before().isPresent();
  }

  /**
   * The model, asked for what texts say.
   *
   * @param source of the samples, which is told texts
   * @param wishing the texts
   * @param seed of the samples
   * @param device where the model is
   * @throws IOException if a picture cannot be read
   */
  default Asked asked(Source source, Wishing wishing, long seed, Device device) throws IOException {
    return wishing.asked(source, seed);
  }

  /**
   * The sampler of what texts say, which draws latents.
   *
   * @param sampler the way from noise to latents
   * @param ready what is drawn with it
   * @param random what is random in it
   * @param device where the parts are
   * @throws IOException if a picture cannot be read
   * @throws UsageException if texts cannot be drawn so
   */
  default Sampler ofLatents(
      Sampler sampler, Prompting.Ready ready, Randomness random, Device device) throws IOException {
    throw new UsageException(
        "--from: expected a folder without texts, which brume sample can draw, got one with a"
            + " text_encoder");
  }

  /**
   * The size of what texts say, unless told otherwise.
   *
   * @return empty for that of the folder
   * @throws IOException if a picture cannot be read
   */
  default Optional<PictureSize> pictureSize() throws IOException {
    return Optional.empty();
  }

  /**
   * What the network is shown beside the latents of what texts say.
   *
   * @param ready what is drawn with it
   * @param random what is random in it
   * @param device where the parts are
   * @throws IOException if a picture cannot be read
   */
  default Beside besideLatents(Prompting.Ready ready, Randomness random, Device device)
      throws IOException {
    return Beside.nothing();
  }

  /** What tells samples steered so from others; empty where nothing steers them. */
  String fingerprint(Sampler steered);
}
