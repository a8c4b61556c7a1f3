package brume.diffusion.cli;

import brume.diffusion.guidance.Inpainting;
import brume.diffusion.guidance.Resampling;
import brume.diffusion.objective.SuperResolution;
import brume.diffusion.pipeline.Painting;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.RememberingStep;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.StepSampler;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A picture of which a part is painted anew. The numbers are those of RePaint: each stretch of the way is
 * gone ten times, ten levels long.
 *
 * @see <a href="https://arxiv.org/abs/2201.09865">Lugmayr et al., RePaint (2022), section 5.1</a>
 */
final class PaintedPicture implements Steering {

  private static final int TIMES = 10, JUMP = 10, MOST = 1000;

  @Option(
      names = "--image",
      paramLabel = "PICTURE",
      required = true,
      description =
          "The picture of which a part is painted anew in every sample. Of another size than"
              + " the run's, its middle is scaled.")
  private Path image = Path.of("");

  @Option(
      names = "--mask",
      paramLabel = "PICTURE",
      required = true,
      description =
          "A picture of the same size: white where it is painted anew, black where it stays.")
  private Path mask = Path.of("");

  @Mixin
  private Wishing wishing = new Wishing();

  @Option(
      names = "--resample",
      paramLabel = "N",
      description =
          "How often each stretch of the way is gone, so that old and new agree (RePaint); 1 for once, which"
              + " is fastest. Default: 10, or 1 with samplers that remember steps.")
  private @Nullable Integer resample;

  @Option(
      names = "--resample-jump",
      paramLabel = "N",
      description = "Levels of such a stretch. Default: 10.")
  private @Nullable Integer jump;

  @Override
  public Optional<Wishing> wishing() {
    return Optional.of(wishing);
  }

  /** Refuses to paint with what enlarges, which is shown another picture. {@inheritDoc} */
  @Override
  public Recipe recipe(String run) throws IOException {
    Recipe recipe = Sources.drawing(run);
    UsageException.unless(
        !(recipe.condition() instanceof SuperResolution),
        Text.of(
            "--run: expected a run that draws by itself, got %s, which enlarges what another draws that sees"
                + " nothing of the picture",
            run));
    return recipe;
  }

  @Override
  public void checkTexts() {
    UsageException.unless(
        wishing.areRead() || wishing.given().isEmpty(),
        wishing.given()
            + ": expected with a run that draws what a text says, got another model; with a folder that"
            + " does, brume sample --start PICTURE --mask PICTURE paints");
    wishing.check();
  }

  @Override
  public void check() {
    requireRange("--resample", resample);
    requireRange("--resample-jump", jump);
    UsageException.unless(
        jump == null || resample == null || resample > 1,
        "--resample-jump: expected without --resample 1, which never goes back, got both");
  }

  private static void requireRange(String option, @Nullable Integer number) {
    UsageException.unless(
        number == null || number >= 1 && number <= MOST,
        Text.of("%s: expected 1 to %d, got %s", option, MOST, number));
  }

  @Override
  public Sampler of(Sampler sampler, Canvas canvas, Device device) throws IOException {
    UsageException.unless(
        canvas.isPicture(),
        "brume inpaint: expected a model of pictures, got one of something else");
    if (!(sampler instanceof StepSampler steps)) {
      throw new UsageException(
          "--sampler: expected one that goes step by step to paint with, got another");
    }
    Shape picture = canvas.picture();
    Painting painting = Painting.of(
        picture.dim(0),
        picture.dim(1),
        new PaintMask("--image", image, mask).read(picture.dim(0), picture.dim(1)));
    return new Inpainting(
        steps,
        canvas.seen().apply(GivenPicture.read("--image", image, picture, device)),
        painting.keptOfLatents(device, canvas.sampled()),
        resampling(steps.step() instanceof RememberingStep));
  }

  private Resampling resampling(boolean remembers) {
    UsageException.unless(
        !remembers || (resample == null || resample == 1) && jump == null,
        (jump == null ? "--resample: expected 1" : "--resample-jump: expected none")
            + " with a sampler whose steps remember those before, got some; take --sampler ddpm or ddim");
    int times = resample != null ? resample : remembers ? 1 : TIMES;
    int levels = jump == null ? JUMP : jump;
    return times == 1 ? Resampling.NONE : new Resampling(levels, times - 1, levels);
  }

  @Override
  public String fingerprint(Sampler steered) {
    return steered instanceof Inpainting inpainting
        ? ", inpaint " + Arrays.hashCode(inpainting.known().toFloats()) + " "
            + Arrays.hashCode(inpainting.mask().toFloats()) + " " + inpainting.resampling()
        : "";
  }
}
