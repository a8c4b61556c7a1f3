package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.Inline;
import brume.diffusion.settings.SettingException;
import brume.nn.Network;
import brume.nn.unet.edm.Filter;
import brume.nn.unet.edm.SongUNet;
import brume.nn.unet.edm.SongUNetConfig;
import brume.nn.unet.edm.SongUNetConfig.Decoder;
import brume.nn.unet.edm.SongUNetConfig.Encoder;
import brume.nn.unet.edm.SongUNetConfig.Waves;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.OptionalDouble;

/**
 * The networks of Song et al. as EDM has them. The defaults are those of DDPM++; NCSN++ is {@code
 * fourier}, 2, {@code binomial}, {@code residual}.
 *
 * @param levels what it shares with ADM
 * @param timeWaves how the time is told
 * @param timeWavesMult channels of the encoded time, as a multiple of {@code dim}
 * @param timeScale what times are multiplied by before
 * @param filter how the resolution changes
 * @param encoder what the way down sees besides its own results
 * @param decoder where the way up answers
 */
public record SongSettings(
    @Inline EdmLevels levels,
    @About("Waves that tell the time: of fixed frequencies, or of frequencies drawn at random.")
        Waves timeWaves,
    @About(value = "Channels of these waves, as a multiple of dim.", min = 1, max = 64)
        int timeWavesMult,
    @About(
            value =
                "What times are multiplied by: with fourier 0.001 for steps, 1 for processes that tell"
                    + " log-sigma over 4.",
            min = 0)
        double timeScale,
    @About("Weights by which pictures are halved and doubled: (1, 1) or (1, 3, 3, 1).")
        Filter filter,
    @About(
            "What the way down sees besides: nothing, the picture made smaller, or the level before.")
        Encoder encoder,
    @About("Where the way up answers: at the end, or at each level.") Decoder decoder)
    implements NetworkSettings {

  @Override
  public void requireFitting(Task task) {
    levels.requireFitting(task);
    SettingException.unless(
        timeScale > 0, "{timeScale}: expected a number above 0, got %s", timeScale);
    config(task);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new SongUNet(device, key, config(task));
  }

  private SongUNetConfig config(Task task) {
    return new SongUNetConfig(
        levels.config(task), timeWaves, timeWavesMult, timeScale, filter, encoder, decoder);
  }

  /** Fixed frequencies reach from 1 to 1/10000, so that any times are told apart. */
  @Override
  public OptionalDouble scaleOfTimes() {
    return timeWaves == Waves.FOURIER ? OptionalDouble.of(timeScale) : OptionalDouble.empty();
  }

  @Override
  public boolean hearsOfChanges() {
    return true;
  }

  @Override
  public String noun() {
    return "U-Net of Song et al.";
  }
}
