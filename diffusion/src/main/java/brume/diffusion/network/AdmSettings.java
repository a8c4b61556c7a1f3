package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.Inline;
import brume.nn.Network;
import brume.nn.unet.edm.AdmUNet;
import brume.nn.unet.edm.AdmUNetConfig;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;

/**
 * The network of guided diffusion as EDM has it.
 *
 * @param levels what it shares with the networks of Song et al.
 * @param headDim channels of each head of attention
 */
public record AdmSettings(
    @Inline EdmLevels levels,
    @About(value = "Channels of each head of attention.", min = 1, max = 4096) int headDim)
    implements NetworkSettings {

  @Override
  public void requireFitting(Task task) {
    levels.requireFitting(task);
    config(task);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new AdmUNet(device, key, config(task));
  }

  private AdmUNetConfig config(Task task) {
    return new AdmUNetConfig(levels.config(task), headDim);
  }

  @Override
  public boolean hearsOfChanges() {
    return true;
  }

  @Override
  public String noun() {
    return "U-Net of Dhariwal and Nichol";
  }
}
