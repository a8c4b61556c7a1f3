package brume.diffusion.cli;

import brume.diffusion.guidance.FromPicture;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Sampler;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A picture that samples may begin with, so that they become like it. */
final class StartPicture implements Steering {

  private static final double STRENGTH = 0.6;

  @Option(
      names = "--start",
      paramLabel = "PICTURE",
      description = "A picture to start from instead of noise alone.")
  private @Nullable Path start;

  @Option(
      names = "--strength",
      paramLabel = "X",
      description =
          "With --start: share of the steps that are done, above 0 up to 1; the more, the less"
              + " is left of the picture. Default: 0.6.")
  private @Nullable Double strength;

  @Mixin
  private Prompting prompting = new Prompting();

  @Override
  public Optional<Prompting> prompting() {
    return Optional.of(prompting);
  }

  @Override
  public void check() {
    UsageException.unless(
        start != null || strength == null,
        "--strength: expected with --start PICTURE, got no picture to start from");
    UsageException.unless(
        strength == null || strength > 0 && strength <= 1,
        "--strength: expected above 0, up to 1, got " + strength);
  }

  @Override
  public Sampler of(Sampler sampler, Shape picture, boolean isPicture, Device device)
      throws IOException {
    UsageException.unless(
        start != null || sampler.drawsFromNoise(),
        "--sampler: expected one that draws from noise, such as ddim, or --start PICTURE with ddim-inverse, which"
            + " finds the noise of a picture, got neither");
    if (start == null) {
      return sampler;
    }
    UsageException.unless(
        isPicture, "--start: expected a model of pictures, got one of something else");
    return FromPicture.of(
        sampler,
        GivenPicture.read("--start", start, picture, device),
        strength == null ? STRENGTH : strength);
  }

  @Override
  public Sampler ofLatents(Sampler sampler, Prompting.Ready ready, long seed, Device device)
      throws IOException {
    if (start == null) {
      return sampler;
    }
    Tensor picture = GivenPicture.read("--start", start, ready.picture(), device);
    Shape latents = GivenPicture.batched(ready.latents());
    Tensor noise =
        NoiseSource.keyed(RandomKey.of(seed).child("posterior"), 0).start(device, latents);
    return FromPicture.of(
        sampler, ready.pipeline().latents(picture, noise), strength == null ? STRENGTH : strength);
  }

  @Override
  public String fingerprint(Sampler steered) {
    return steered instanceof FromPicture from
        ? ", start " + Arrays.hashCode(from.picture().toFloats()) + " " + from.last()
        : "";
  }
}
