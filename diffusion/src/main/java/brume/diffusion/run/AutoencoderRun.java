package brume.diffusion.run;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.autograd.function.pointwise.Affine;
import brume.diffusion.network.AutoencoderSettings;
import brume.diffusion.network.Latents;
import brume.diffusion.network.Pretrained;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.nn.Role;
import brume.nn.autoencoder.AutoencoderConfig;
import brume.nn.autoencoder.AutoencoderKL;
import brume.nn.autoencoder.Posterior;
import brume.tensor.Device;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.RandomKernels;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.util.Arrays;

/**
 * A run, or a part of a folder, that has learned to make pictures smaller and large again, as a run that learns from its latents
 * asks it.
 *
 * @param autoencoder its average
 * @param scale what its latents are multiplied with
 */
record AutoencoderRun(AutoencoderKL autoencoder, double scale) implements LatentSpace {

  /**
   * Opens a run with the average of its newest checkpoint, or a folder that others have made.
   *
   * @param run its folder
   * @param scale what its latents are multiplied with
   * @param device where the network is to live, owned by the innermost scope
   * @throws IOException if there is none, it has learned something else, or is damaged or not begun
   */
  static AutoencoderRun open(RunFolder run, double scale, Device device) throws IOException {
    if (Pretrained.isAt(run.path())) {
      return new AutoencoderRun(Pretrained.at(run.path()).decoder(device), scale);
    }
    Recipe recipe = recipe(run);
    Checkpoint newest = new Checkpoints(run)
        .newest()
        .orElseThrow(() -> new IOException(
            run.path() + ": expected a run with a valid checkpoint, got none; train it first"));
    Model model = SavedModel.load(recipe, newest, "average", device);
    return new AutoencoderRun((AutoencoderKL) model.innermost(), scale);
  }

  private static Recipe recipe(RunFolder run) throws IOException {
    if (!run.holdsRun()) {
      throw new IOException(run.path()
          + ": expected the folder of a run that has learned to make pictures smaller, found no config.json in"
          + " it; train one with --network autoencoder --objective autoencoder");
    }
    Recipe recipe = Recipes.read(run.config());
    if (recipe.network().role() != Role.AUTOENCODER) {
      throw new IOException(Text.of(
          "%s: expected a run whose network %s, got one that %s",
          run.path(), Role.AUTOENCODER.sentence(), recipe.network().role().sentence()));
    }
    return recipe;
  }

  /** The settings with the sizes of a run, which need not have learned yet. */
  static Latents.Encoded resolved(Latents.Encoded latents, RunFolder run) throws IOException {
    if (Pretrained.isAt(run.path())) {
      return resolved(latents, Pretrained.at(run.path()).autoencoder(), run);
    }
    AutoencoderSettings network = (AutoencoderSettings) recipe(run).network();
    return new Latents.Encoded(
        latents.folder(), network.factor(), network.latentChannels(), latents.scale());
  }

  /** With the sizes of a folder, and what its latents are multiplied with unless something else is asked for. */
  private static Latents.Encoded resolved(
      Latents.Encoded latents, AutoencoderConfig folder, RunFolder place) throws IOException {
    if (folder.shift() != 0) {
      throw new IOException(Text.of(
          "%s: expected a vae without shift_factor, got %s; choose another folder",
          place.path(), folder.shift()));
    }
    return new Latents.Encoded(
        latents.folder(),
        folder.coder().factor(),
        folder.coder().latentChannels(),
        latents.scale() == 0 ? folder.scaling() : latents.scale());
  }

  /**
   * What makes the standard deviation of latents one.
   *
   * @param pictures (N, H, W, C) in the range of the model
   * @param key of what is drawn by chance
   */
  double unitScale(Tensor pictures, RandomKey key) {
    double[] latents = new AutoencoderRun(autoencoder, 1).of(pictures, 0, key).toDoubles();
    double mean = Arrays.stream(latents).average().orElse(0);
    double variance =
        Arrays.stream(latents).map(z -> (z - mean) * (z - mean)).average().orElse(1);
    return 1 / Math.sqrt(variance);
  }

  @Override
  public Tensor of(Tensor pictures, long first, RandomKey key) {
    try (Tape.Pause pause = Tape.pause()) {
      return Tape.tidy(() -> sample(autoencoder.encode(Variable.constant(pictures)), first, key))
          .value();
    }
  }

  @Override
  public Tensor chosen(Tensor pictures, Tensor noise) {
    try (Tape.Pause pause = Tape.pause()) {
      return Tape.tidy(() -> scaled(autoencoder.encode(Variable.constant(pictures)), noise))
          .value();
    }
  }

  /** What latents pictures may have: (N, h, w, c) numbers, owned by the innermost scope. */
  Posterior posterior(Tensor pictures) {
    try (Tape.Pause pause = Tape.pause()) {
      return autoencoder.encode(Variable.constant(pictures));
    }
  }

  /** The latents that {@link #of} makes of pictures of which this is said. */
  Tensor drawn(Posterior said, long first, RandomKey key) {
    try (Tape.Pause pause = Tape.pause()) {
      return Tape.tidy(() -> sample(said, first, key)).value();
    }
  }

  private Variable sample(Posterior said, long first, RandomKey key) {
    Tensor mean = said.mean().value(), noise = Tensor.empty(mean.device(), mean.shape());
    long size = noise.shape().size() / noise.shape().dim(0);
    RandomKernels.of(noise).normal(key.child("posterior"), first * size, noise);
    return scaled(said, noise);
  }

  private Variable scaled(Posterior said, Tensor noise) {
    return Affine.scale(said.sample(Variable.constant(noise)), scale);
  }

  @Override
  public Tensor pictures(Tensor latents) {
    try (Tape.Pause pause = Tape.pause()) {
      return Tape.tidy(
              () -> autoencoder.decode(Affine.scale(Variable.constant(latents), 1 / scale)))
          .value();
    }
  }
}
