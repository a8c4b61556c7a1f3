package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.Network;
import brume.nn.vit.UVit;
import brume.nn.vit.UVitConfig;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The U-Net of simple diffusion with a transformer at its coarsest resolution.
 *
 * @param dim channels that the others are multiples of
 * @param mults channels behind each level, finest first, as multiples of {@code dim}
 * @param factors how much smaller pictures are behind each level
 * @param initialDim channels before the first level; 0 for {@code dim}
 * @param patchSize side of the squares of pixels that the first layer makes one of
 * @param depth layers of the transformer
 * @param heads of its attention
 * @param headDim channels of each head
 * @param wider channels inside its feed-forward parts, as a multiple
 * @param fourierDim sines and cosines in all that tell the time
 * @param timeScale what times are multiplied by before
 * @param dropout rate inside the transformer
 */
public record UVitSettings(
    @About(value = "Channels that the others are multiples of.", min = 1, max = 4096) int dim,
    @About(value = "Channels behind each level, finest first, as multiples of dim.", min = 1)
        List<Integer> mults,
    @About(
            value = "How much smaller pictures are behind each level, or one number for all.",
            min = 1,
            max = 64)
        List<Integer> factors,
    @About(value = "Channels before the first level; 0 for dim.", min = 0, max = 65536)
        int initialDim,
    @About(
            value = "Side of the squares of pixels that the first layer makes one of.",
            min = 1,
            max = 64)
        int patchSize,
    @About(value = "Layers of the transformer.", min = 1, max = 256) int depth,
    @About(value = "Heads of its attention.", min = 1, max = 256) int heads,
    @About(value = "Channels of each head of attention.", min = 1, max = 4096) int headDim,
    @About(value = "Channels inside its feed-forward parts, as a multiple.", min = 1, max = 64)
        int wider,
    @About(
            value = "Sines and cosines in all that tell the time, an even number.",
            min = 2,
            max = 4096)
        int fourierDim,
    @About(value = UVitSettings.TIME_SCALE, min = 0) double timeScale,
    @About(value = "Dropout rate inside the transformer.", min = 0, max = 0.99) double dropout)
    implements NetworkSettings {

  static final String TIME_SCALE =
      "What times are multiplied by: 0.001 for steps, 1 for processes that tell the log-SNR.";

  /** Copies the lists. {@inheritDoc} */
  public UVitSettings {
    mults = List.copyOf(mults);
    factors = List.copyOf(factors);
  }

  @Override
  public void requireFitting(Task task) {
    int divisor = config(task).divisor();
    SettingException.unless(
        task.height() % divisor == 0 && task.width() % divisor == 0,
        "{factors}: expected height and width to be multiples of all {factors} and {patchSize} together, %d,"
            + " got %dx%d; give fewer {mults}, or data of another size",
        divisor,
        task.height(),
        task.width());
    SettingException.unless(
        fourierDim % 2 == 0, "{fourierDim}: expected an even number, got %d", fourierDim);
    SettingException.unless(
        timeScale > 0, "{timeScale}: expected a number above 0, got %s", timeScale);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new UVit(device, key, config(task));
  }

  private UVitConfig config(Task task) {
    return new UVitConfig(
        task.channels(),
        task.outChannels(),
        task.classes(),
        dim,
        initialDim == 0 ? dim : initialDim,
        mults,
        Levels.each("factors", factors, mults.size()),
        patchSize,
        depth,
        heads,
        headDim,
        wider,
        fourierDim,
        timeScale,
        dropout);
  }

  @Override
  public OptionalDouble scaleOfTimes() {
    return OptionalDouble.of(timeScale);
  }

  @Override
  public boolean hearsOfChanges() {
    return true;
  }

  @Override
  public String noun() {
    return "U-Net of simple diffusion";
  }
}
