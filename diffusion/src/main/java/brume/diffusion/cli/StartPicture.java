package brume.diffusion.cli;

import static java.util.Objects.requireNonNull;

import brume.diffusion.guidance.FromPicture;
import brume.diffusion.guidance.KeptPart;
import brume.diffusion.pipeline.Beside;
import brume.diffusion.pipeline.Painting;
import brume.diffusion.pipeline.TextToPicture;
import brume.diffusion.sampler.Randomness;
import brume.diffusion.sampler.Sampler;
import brume.tensor.Device;
import brume.tensor.Tensor;
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
              + " is left of the picture. Default: 0.6, or 1 with --mask.")
  private @Nullable Double strength;

  @Option(
      names = "--mask",
      paramLabel = "PICTURE",
      description =
          "With --start and --prompt: a picture of the same size, white where it is painted anew,"
              + " black where it stays. Default: all is drawn anew.")
  private @Nullable Path mask;

  private @Nullable Tensor picture; // (1, H, W, 3), once it is read
  private @Nullable Painting painting; // once it is read

  @Mixin
  private Prompting prompting = new Prompting(false);

  @Override
  public Optional<Prompting> prompting() {
    return Optional.of(prompting);
  }

  @Override
  public Optional<Wishing> wishing() {
    return Optional.of(prompting.wishing());
  }

  @Override
  public void check() {
    UsageException.unless(
        start != null || strength == null,
        "--strength: expected with --start PICTURE, got no picture to start from");
    UsageException.unless(
        start != null || mask == null,
        "--mask: expected with --start PICTURE, of which a part is painted anew, got none");
    UsageException.unless(
        mask == null || prompting.isOpen(),
        "--mask: expected with --from and a folder that draws texts, got another model, which"
            + " brume inpaint paints with");
    UsageException.unless(
        strength == null || strength > 0 && strength <= 1,
        "--strength: expected above 0, up to 1, got " + strength);
    UsageException.unless(
        start == null || !prompting.isStaged(),
        "--start: expected with a folder of Stable Diffusion, got one of unCLIP, which begins with"
            + " a text");
    UsageException.unless(
        mask != null || !prompting.paints(),
        "--from: expected with --start PICTURE and --mask PICTURE, as the network of this folder"
            + " paints a part of a picture, got none");
  }

  @Override
  public Sampler of(Sampler sampler, Canvas canvas, Device device) throws IOException {
    UsageException.unless(
        start != null || sampler.drawsFromNoise(),
        "--sampler: expected one that draws from noise, such as ddim, or --start PICTURE with"
            + " ddim-inverse, which finds the noise of a picture, got neither");
    if (start == null) {
      return sampler;
    }
    UsageException.unless(
        canvas.isPicture(), "--start: expected a model of pictures, got one of something else");
    return FromPicture.of(
        sampler,
        canvas.seen().apply(GivenPicture.read("--start", start, canvas.picture(), device)),
        strength == null ? STRENGTH : strength);
  }

  @Override
  public Sampler ofLatents(Sampler sampler, Prompting.Ready ready, Randomness random, Device device)
      throws IOException {
    if (start == null) {
      return sampler;
    }
    Tensor given = picture(ready, device);
    double share = strength != null ? strength : mask == null ? STRENGTH : 1;
    boolean fromNoise = mask != null && share == 1;
    if (fromNoise && prompting.paints()) {
      return sampler; // which sees the picture beside what it draws
    }
    Tensor latents = ready.pipeline().latents(given, noise("posterior", ready, random, device));
    Sampler way = fromNoise ? sampler : TextToPicture.from(sampler, latents, share);
    return mask == null || prompting.paints()
        ? way
        : new KeptPart(way, latents, painting(ready).keptOfLatents(device, ready.latents()));
  }

  @Override
  public Beside besideLatents(Prompting.Ready ready, Randomness random, Device device)
      throws IOException {
    return mask == null || !prompting.paints()
        ? Beside.nothing()
        : ready
            .pipeline()
            .painted(
                picture(ready, device), painting(ready), noise("masked", ready, random, device));
  }

  private Tensor picture(Prompting.Ready ready, Device device) throws IOException {
    if (picture == null) {
      picture = GivenPicture.read("--start", requireNonNull(start), ready.picture(), device);
    }
    return picture;
  }

  private Painting painting(Prompting.Ready ready) throws IOException {
    if (painting == null) {
      int height = ready.picture().dim(0), width = ready.picture().dim(1);
      PaintMask given = new PaintMask("--start", requireNonNull(start), requireNonNull(mask));
      painting = Painting.of(height, width, given.read(height, width));
    }
    return painting;
  }

  /** Noise that chooses one of the latents that a picture may have. */
  private static Tensor noise(
      String name, Prompting.Ready ready, Randomness random, Device device) {
    return random.shared(name, device, GivenPicture.batched(ready.latents()));
  }

  @Override
  public String fingerprint(Sampler steered) {
    if (painting != null && picture != null) {
      return ", paint " + Arrays.hashCode(picture.toFloats()) + " "
          + Arrays.hashCode(painting.painted()) + " " + steered.steps();
    }
    return steered instanceof FromPicture from
        ? ", start " + Arrays.hashCode(from.picture().toFloats()) + " " + from.last()
        : "";
  }
}
