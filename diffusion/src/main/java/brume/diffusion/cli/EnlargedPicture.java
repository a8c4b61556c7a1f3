package brume.diffusion.cli;

import static java.util.Objects.requireNonNull;

import brume.diffusion.data.DataReport;
import brume.diffusion.data.OnePicture;
import brume.diffusion.data.PictureSize;
import brume.diffusion.exchange.SmallerPicture;
import brume.diffusion.objective.SuperResolution;
import brume.diffusion.pipeline.Beside;
import brume.diffusion.pipeline.TextToPicture;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.diffusion.run.Encoders;
import brume.diffusion.sampler.Randomness;
import brume.diffusion.sampler.Sampler;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A picture that is enlarged. */
final class EnlargedPicture implements Steering {

  @Option(
      names = "--image",
      paramLabel = "PICTURE",
      required = true,
      description =
          "The picture that is enlarged. Of another size than the run enlarges, its middle is"
              + " scaled; a folder that is told texts enlarges any size.")
  private Path image = Path.of("");

  @Option(
      names = "--noise-level",
      paramLabel = "X",
      description =
          "Noise that the picture gets before it is looked at, 0 to the most that the run was"
              + " trained with: the more, the less its details are trusted. With --prompt, the"
              + " time up to which it becomes noisy, 0 to the most of the folder. Default: 0, or"
              + " 20 with --prompt.")
  private @Nullable Double level;

  @Mixin
  private Prompting prompting = new Prompting(true);

  private @Nullable Tensor low; // (1, h, w, C), once it is read

  @Override
  public Recipe recipe(String run) throws IOException {
    return Sources.enlarging(run);
  }

  @Override
  public Optional<Prompting> prompting() {
    return Optional.of(prompting);
  }

  @Override
  public Optional<Wishing> wishing() {
    return Optional.of(prompting.wishing());
  }

  /** What draws smaller pictures is not asked here. {@inheritDoc} */
  @Override
  public boolean saysTexts(Encoders encoders) {
    return encoders.texts().isPresent();
  }

  @Override
  public void check() {
    if (prompting.isOpen()) {
      prompting.smaller().ifPresent(how -> requireTime(how.most()));
      return;
    }
    UsageException.unless(
        level == null || level >= 0 && level <= 1, // what the run allows is known later
        "--noise-level: expected 0 to 1, got " + level);
  }

  @Override
  public Sampler of(Sampler sampler, Canvas canvas, Device device) {
    UsageException.unless(
        sampler.drawsFromNoise(),
        "--sampler: expected one that draws from noise, such as ddim, got one that finds the noise"
            + " of a picture");
    return sampler;
  }

  @Override
  public Asked asked(Source source, List<Integer> inTurn, long seed, Device device)
      throws IOException {
    UsageException.unless(
        prompting.wishing().prompts().isEmpty(),
        "--prompt: expected a run or a folder that is told what pictures show, got another");
    return Asked.enlarging(
        source.model(), source.recipe(), small(source, device), noiseLevel(), seed);
  }

  @Override
  public Asked asked(Source source, Wishing wishing, long seed, Device device) throws IOException {
    UsageException.unless(
        !wishing.prompts().isEmpty(),
        "--run: expected with --prompt TEXT, as this run is told what pictures show, got none");
    Tensor small = small(source, device);
    return wishing.asked(
        source,
        (wanted, unwanted) -> Asked.enlarging(
            source.model(), source.recipe(), small, noiseLevel(), wanted, unwanted, seed));
  }

  /** The picture as the model is shown it. */
  private Tensor small(Source source, Device device) throws IOException {
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
    return low;
  }

  @Override
  public Optional<PictureSize> pictureSize() throws IOException {
    if (prompting.smaller().orElseThrow().isEnlarged()) {
      return Optional.empty(); // that of the folder, whatever is enlarged
    }
    DataReport.Size own = OnePicture.size(image);
    int factor = prompting.factor();
    return Optional.of(new PictureSize(own.height() * factor, own.width() * factor));
  }

  @Override
  public Sampler ofLatents(
      Sampler sampler, Prompting.Ready ready, Randomness random, Device device) {
    return sampler;
  }

  @Override
  public Beside besideLatents(Prompting.Ready ready, Randomness random, Device device)
      throws IOException {
    SmallerPicture how = prompting.smaller().orElseThrow();
    Shape latents = ready.latents();
    Shape shape = Shape.of(latents.dim(0), latents.dim(1), ready.picture().dim(2));
    int time = level == null ? how.usual() : level.intValue();
    low = GivenPicture.read(
        "--image", image, how.isEnlarged() ? own() : shape, "what becomes of --size", device);
    Tensor noise = random.shared("image", device, GivenPicture.batched(shape));
    return TextToPicture.enlarged(low, how, time, noise);
  }

  /** (h, w, 3) of the picture in its file. */
  private Shape own() throws IOException {
    DataReport.Size size = OnePicture.size(image);
    return Shape.of(size.height(), size.width(), 3);
  }

  private void requireTime(int most) {
    UsageException.unless(
        level == null || level == Math.rint(level) && level >= 0 && level <= most,
        Text.of(
            "--noise-level: expected a whole number from 0 to %d with this folder, got %s",
            most, level));
  }

  private double noiseLevel() {
    return level == null ? 0 : level;
  }

  @Override
  public String fingerprint(Sampler steered) {
    return ", enlarge " + Arrays.hashCode(requireNonNull(low).toFloats()) + " " + noiseLevel();
  }
}
