package brume.diffusion.train;

import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.Locale;

/** What kind of network a run trains. */
public enum Architecture {
  /** {@link brume.nn.unet.lucid.UNet}, for pictures. */
  UNET("U-Net") {
    @Override
    Denoiser create(RunConfig config, Device device, RandomKey key) {
      return new PatchedUNet(config, device, key);
    }

    @Override
    void refuseMisfits(RunConfig config) {
      PatchedUNet.settings(config);
    }
  },
  /** {@link brume.nn.mlp.Mlp}, for points. */
  MLP("perceptron") {
    @Override
    Denoiser create(RunConfig config, Device device, RandomKey key) {
      return new MlpDenoiser(config, device, key);
    }

    @Override
    void refuseMisfits(RunConfig config) {
      MlpDenoiser.settings(config);
    }
  };

  private final String noun;

  Architecture(String noun) {
    this.noun = noun;
  }

  /**
   * What people call it.
   *
   * @return such as {@code U-Net}
   */
  public String noun() {
    return noun;
  }

  /** The network with fresh parameters. */
  abstract Denoiser create(RunConfig config, Device device, RandomKey key);

  /** Refuses settings it cannot have. */
  abstract void refuseMisfits(RunConfig config);

  /** The name in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
