package brume.diffusion.cli;

import static java.util.Objects.requireNonNull;

import brume.diffusion.objective.SuperResolution;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.diffusion.sampler.Sampler;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A picture that is enlarged. */
final class EnlargedPicture implements Steering {

  @Option(
      names = "--image",
      paramLabel = "PICTURE",
      required = true,
      description =
          "The picture that is enlarged. Of another size than the run enlarges, its middle is scaled.")
  private Path image = Path.of("");

  @Option(
      names = "--noise-level",
      paramLabel = "X",
      description =
          "Noise that the picture gets before it is looked at, 0 to the most that the run was trained with: the"
              + " more, the less its details are trusted. Default: 0.")
  private @Nullable Double level;

  private @Nullable Tensor low; // (1, h, w, C), once it is read

  @Override
  public Recipe recipe(String run) throws IOException {
    return Sources.enlarging(run);
  }

  @Override
  public void check() {
    UsageException.unless(
        level == null || level >= 0 && level <= 1, // what the run allows is known later
        "--noise-level: expected 0 to 1, got " + level);
  }

  @Override
  public Sampler of(Sampler sampler, Shape picture, boolean isPicture, Device device) {
    UsageException.unless(
        sampler.drawsFromNoise(),
        "--sampler: expected one that draws from noise, such as ddim, got one that finds the noise of a picture");
    return sampler;
  }

  @Override
  public Asked asked(Source source, List<Integer> inTurn, long seed, Device device)
      throws IOException {
    if (!(source.recipe().condition() instanceof SuperResolution how)) {
      throw new UsageException(
          "--from: expected a model that has learned to enlarge pictures, got one that has not");
    }
    UsageException.unless(
        noiseLevel() <= how.noise(),
        Text.of(
            "--noise-level: expected 0 to %s, as the run has seen in training, got %s",
            how.noise(), level));
    low = GivenPicture.read(
        "--image", image, how.low(source.picture()), "the pictures that the run enlarges", device);
    return Asked.enlarging(source.model(), source.recipe(), low, noiseLevel(), seed);
  }

  private double noiseLevel() {
    return level == null ? 0 : level;
  }

  @Override
  public String fingerprint(Sampler steered) {
    return ", enlarge " + Arrays.hashCode(requireNonNull(low).toFloats()) + " " + noiseLevel();
  }
}
