package brume.diffusion.cli;

import brume.diffusion.data.OnePicture;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.guidance.FromPicture;
import brume.diffusion.guidance.Inpainting;
import brume.diffusion.guidance.Resampling;
import brume.diffusion.sampler.RememberingStep;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.StepSampler;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of drawing that begin with a picture: painting a part of it anew, or drawing others like it. */
final class Steering {

  private static final int EVERY = 10, TIMES = 5, JUMP = 5;
  private static final double STRENGTH = 0.6;

  @Option(
      names = "--inpaint",
      paramLabel = "PICTURE",
      description = "A picture of which a part is painted anew in every sample; needs --mask.")
  private @Nullable Path inpaint;

  @Option(
      names = "--mask",
      paramLabel = "PICTURE",
      description = "With --inpaint: white where it is painted anew, black where it stays.")
  private @Nullable Path mask;

  @Option(
      names = "--resample",
      paramLabel = "N",
      description =
          "With --inpaint: how often the way goes back at each tenth level, so that old and new"
              + " agree (RePaint); 0 for never. Default: 5, or 0 with samplers that remember steps.")
  private @Nullable Integer resample;

  @Option(
      names = "--resample-jump",
      paramLabel = "N",
      description = "With --inpaint: how many levels it goes back. Default: 5.")
  private @Nullable Integer jump;

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

  /** Refuses options that would have no effect, and numbers out of range. */
  void check() {
    UsageException.unless(
        inpaint == null || start == null, "--inpaint: expected without --start, got both");
    UsageException.unless(
        (inpaint == null) == (mask == null),
        inpaint == null
            ? "--mask: expected with --inpaint PICTURE, got no picture to paint"
            : "--inpaint: expected with --mask PICTURE, white where it is painted anew, got none");
    UsageException.unless(
        inpaint != null || resample == null && jump == null,
        "--resample, --resample-jump: expected with --inpaint PICTURE, got no picture to paint");
    UsageException.unless(
        start != null || strength == null,
        "--strength: expected with --start PICTURE, got no picture to start from");
    UsageException.unless(
        strength == null || strength > 0 && strength <= 1,
        "--strength: expected above 0, up to 1, got " + strength);
    UsageException.unless(
        resample == null || resample >= 0 && resample <= 1000,
        "--resample: expected 0 to 1000, got " + resample);
    UsageException.unless(
        jump == null || jump >= 1 && jump <= 1000,
        "--resample-jump: expected 1 to 1000, got " + jump);
    UsageException.unless(
        jump == null || resample == null || resample > 0,
        "--resample-jump: expected without --resample 0, which never goes back, got both");
  }

  /** The sampler that a picture steers; the same one without a picture. */
  Sampler of(Sampler sampler, Shape picture, boolean isPicture, Device device) throws IOException {
    UsageException.unless(
        inpaint == null && start == null || isPicture,
        "--inpaint, --start: expected a model of pictures, got one of something else");
    UsageException.unless(
        start != null || sampler.drawsFromNoise(),
        "--sampler: expected one that draws from noise, such as ddim, or --start PICTURE with ddim-inverse, which"
            + " finds the noise of a picture, got neither");
    if (start != null) {
      return FromPicture.of(
          sampler, read(start, picture, device), strength == null ? STRENGTH : strength);
    }
    if (inpaint != null && mask != null) {
      return inpainting(sampler, inpaint, mask, picture, device);
    }
    return sampler;
  }

  private Sampler inpainting(
      Sampler sampler, Path picture, Path painted, Shape shape, Device device) throws IOException {
    if (!(sampler instanceof StepSampler steps)) {
      throw new UsageException("--inpaint: expected a sampler that goes step by step, got another");
    }
    boolean remembers = steps.step() instanceof RememberingStep;
    UsageException.unless(
        !remembers || (resample == null || resample == 0) && jump == null,
        (jump == null ? "--resample: expected 0" : "--resample-jump: expected none")
            + " with a sampler whose steps remember those before, got some; take --sampler ddpm or ddim");
    int times = resample != null ? resample : remembers ? 0 : TIMES;
    return new Inpainting(
        steps,
        read(picture, shape, device),
        known(painted, shape, device),
        times == 0 ? Resampling.NONE : new Resampling(EVERY, times, jump == null ? JUMP : jump));
  }

  private static Tensor read(Path file, Shape picture, Device device) throws IOException {
    return PictureTensor.of(device, batched(picture), OnePicture.read(file, picture));
  }

  /** 1 where the mask is black, 0 where it is white, in all channels alike. */
  private static Tensor known(Path file, Shape picture, Device device) throws IOException {
    float[] painted = OnePicture.read(file, Shape.of(picture.dim(0), picture.dim(1), 1));
    int channels = picture.dim(2);
    float[] known = new float[picture.size()];
    for (int i = 0; i < known.length; i++) {
      known[i] = painted[i / channels] < 0.5f ? 1 : 0;
    }
    boolean all = isAll(known, 1);
    UsageException.unless(
        !all && !isAll(known, 0),
        Text.of(
            "--mask: expected white where %s is painted anew and black where it stays, got only %s",
            "the picture", all ? "black" : "white"));
    return Tensor.of(device, batched(picture), known);
  }

  private static boolean isAll(float[] values, float value) {
    for (float each : values) {
      if (each != value) {
        return false;
      }
    }
    return true;
  }

  private static Shape batched(Shape picture) {
    return Shape.of(1, picture.dim(0), picture.dim(1), picture.dim(2));
  }

  /** What tells samples of one picture from those of another; empty without one. */
  String fingerprint(Sampler steered) {
    if (steered instanceof Inpainting inpainting) {
      return ", inpaint " + Arrays.hashCode(inpainting.known().toFloats()) + " "
          + Arrays.hashCode(inpainting.mask().toFloats()) + " " + inpainting.resampling();
    }
    return steered instanceof FromPicture from
        ? ", start " + Arrays.hashCode(from.picture().toFloats()) + " " + from.last()
        : "";
  }
}
