package brume.diffusion.train;

import brume.nn.Network;
import brume.nn.Patches;
import brume.nn.mlp.Mlp;
import brume.nn.unet.lucid.UNet;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.Locale;

/** What kind of network a run trains. */
public enum Architecture {
  /** {@link brume.nn.unet.lucid.UNet}, for pictures. */
  UNET("U-Net") {
    @Override
    Network create(RunConfig config, Device device, RandomKey key) {
      UNet network = new UNet(device, key, UNetSettings.of(config));
      return new Patches(network, config.network().patch());
    }

    @Override
    void refuseMisfits(RunConfig config) {
      UNetSettings.of(config);
    }
  },
  /** {@link brume.nn.mlp.Mlp}, for points. */
  MLP("perceptron") {
    @Override
    Network create(RunConfig config, Device device, RandomKey key) {
      return new Mlp(device, key, MlpSettings.of(config));
    }

    @Override
    void refuseMisfits(RunConfig config) {
      MlpSettings.of(config);
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
  abstract Network create(RunConfig config, Device device, RandomKey key);

  /** Refuses settings it cannot have. */
  abstract void refuseMisfits(RunConfig config);

  /** The name in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
