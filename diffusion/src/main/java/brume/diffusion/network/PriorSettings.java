package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.Network;
import brume.nn.layer.Activation;
import brume.nn.prior.PriorConfig;
import brume.nn.prior.PriorTransformer;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;

/**
 * {@link PriorTransformer}, which draws what a picture looks like as a vector.
 *
 * @param tokens of a text, as many as its encoder has: num_embeddings
 * @param layers one behind the other: num_layers
 * @param heads of attention: num_attention_heads
 * @param headDim channels of each head: attention_head_dim
 */
public record PriorSettings(
    @About(
            value = "Tokens of a text, as many as its encoder has.",
            min = 1,
            max = 65536,
            option = "prior-tokens")
        int tokens,
    @About(value = "Layers, one behind the other.", min = 1, max = 256) int layers,
    @About(value = "Heads of attention.", min = 1, max = 256) int heads,
    @About(value = "Channels of each head of attention.", min = 1, max = 4096) int headDim)
    implements NetworkSettings {

  @Override
  public void requireFitting(Task task) {
    SettingException.unless(
        task.height() == 1 && task.width() == 1,
        "{network}: expected another than prior with samples of %dx%d; a prior learns vectors of pictures, with"
            + " {latents} directions",
        task.height(),
        task.width());
    SettingException.unless(
        task.outChannels() == task.channels(),
        "{network}: expected another than prior where variances are learned, too, got prior");
    SettingException.unless(
        task.tokenChannels() == 0 || task.tokenChannels() == task.channels(),
        "{network}: expected an encoder that says as much of a word as of a picture with prior, got %d and %d",
        task.tokenChannels(),
        task.channels());
    config(task);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new PriorTransformer(device, key, config(task));
  }

  private PriorConfig config(Task task) {
    return new PriorConfig(
        task.channels(), tokens, layers, heads, headDim, Activation.SILU, false, false);
  }

  @Override
  public boolean attends() {
    return true;
  }

  @Override
  public String noun() {
    return "transformer of unCLIP's prior";
  }
}
