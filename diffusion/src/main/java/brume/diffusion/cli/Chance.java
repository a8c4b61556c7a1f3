package brume.diffusion.cli;

import brume.diffusion.exchange.NoiseFile;
import brume.diffusion.sampler.Randomness;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of what is random in samples. */
final class Chance {

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the samples. Default: as the run or model.")
  private @Nullable Long seed;

  @Option(
      names = "--noise",
      paramLabel = "FILE",
      description = "Instead of a seed: noise that was drawn elsewhere, to draw the same samples. A"
          + " .safetensors or .npz with start (N, C, h, w), of a spread of 1, and what else"
          + " the model asks for: steps (S, N, C, h, w), posterior, masked, image,"
          + " prior.start, prior.steps, enlarging.start, enlarging.steps; or a .npy of start"
          + " alone. Default: none.")
  private @Nullable Path noise;

  private @Nullable NoiseFile file; // once it is read

  /** Refuses both options, and reads the noise if there is a file. */
  void check() throws IOException {
    UsageException.unless(
        seed == null || noise == null,
        "--noise: expected without --seed, which nothing would be drawn with, got both");
    if (noise != null) {
      file = NoiseFile.open(noise);
    }
  }

  /** Refuses given noise for what is drawn of a seed alone. */
  void requireSeed(String why) {
    UsageException.unless(noise == null, "--noise: expected " + why);
  }

  /** The seed, or that of a run or a model. */
  long seed(long usual) {
    return seed == null ? usual : seed;
  }

  /** All that is random. */
  Randomness random(long usual) {
    return file == null ? Randomness.of(seed(usual)) : file;
  }

  /** What tells samples from others. */
  String fingerprint(long usual) {
    return file == null ? "seed " + seed(usual) : "noise " + file.fingerprint();
  }

  /** Tells what of the noise nobody has asked for. */
  void tellUnused() {
    if (file != null && !file.unused().isEmpty()) {
      Telling.warn(
          Text.of("--noise: %s of %s was not asked for", String.join(", ", file.unused()), noise));
    }
  }
}
