package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.Network;
import brume.nn.karras.MpTransformer;
import brume.nn.karras.MpTransformerConfig;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.OptionalDouble;

/**
 * The transformer whose layers keep the magnitude of what they are given.
 *
 * @param patchSize side of the squares of pixels that become one token
 * @param dim channels of a token
 * @param depth layers one behind the other
 * @param headDim channels of each head of attention
 * @param wider channels inside the feed-forward parts, as a multiple
 * @param fourierDim sines and cosines in all that tell the time
 * @param timeScale what times are multiplied by before
 * @param mixPositions share of the positions, where they are added to the tokens
 * @param mixClass share of the class, where it is added to the time
 * @param mixBlock share of what was there before, where a part is added
 */
public record MpTransformerSettings(
    @About(value = "Side of the squares of pixels that become one token.", min = 1, max = 64)
        int patchSize,
    @About(value = "Channels of a token, a multiple of 4.", min = 4, max = 65536) int dim,
    @About(value = "Layers one behind the other.", min = 1, max = 256) int depth,
    @About(value = "Channels of each head of attention.", min = 1, max = 4096) int headDim,
    @About(value = "Channels inside the feed-forward parts, as a multiple.", min = 1, max = 64)
        int wider,
    @About(
            value = "Sines and cosines in all that tell the time, an even number.",
            min = 2,
            max = 4096)
        int fourierDim,
    @About(value = KarrasBlocks.TIME_SCALE, min = 0) double timeScale,
    @About(value = "Share of the positions, where they are added to the tokens.", min = 0, max = 1)
        double mixPositions,
    @About(value = "Share of the class, where it is added to the time.", min = 0, max = 1)
        double mixClass,
    @About(value = "Share of what was there before, where a part is added.", min = 0, max = 1)
        double mixBlock)
    implements NetworkSettings {

  @Override
  public void requireFitting(Task task) {
    Transformers.requirePatches(task, patchSize);
    SettingException.unless(dim % 4 == 0, "{dim}: expected a multiple of 4, got %d", dim);
    KarrasBlocks.requireEffect(task, mixClass);
    KarrasBlocks.requireTimes(fourierDim, timeScale);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new MpTransformer(
        device,
        key,
        new MpTransformerConfig(
            task.channels(),
            task.outChannels(),
            task.classes(),
            patchSize,
            dim,
            depth,
            headDim,
            wider,
            fourierDim,
            timeScale,
            mixBlock,
            mixPositions,
            mixClass));
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
    return "magnitude-preserving transformer";
  }
}
