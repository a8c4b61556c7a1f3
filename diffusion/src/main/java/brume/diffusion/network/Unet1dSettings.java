package brume.diffusion.network;

import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Query;
import brume.nn.layer.Domain;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.lucid.AttentionPlan;
import brume.nn.unet.lucid.UNet;
import brume.nn.unet.lucid.UNetConfig;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;

/**
 * The U-Net of denoising-diffusion-pytorch for sequences.
 *
 * @param blocks generation
 * @param dim channels that the others are multiples of
 * @param mults channels of each level, finest first, as multiples of {@code dim}
 * @param initialDim channels after the first convolution; 0 for {@code dim}
 * @param groups of group normalization
 * @param heads of full attention in the middle
 * @param headDim channels of each head
 * @param selfCondition whether the network also sees its former prediction
 * @param dropout rate inside the blocks
 * @param times how the network is told the time
 */
public record Unet1dSettings(
    @About("Blocks, as in denoising-diffusion-pytorch 1.8.8 or 2.3.1.") BlockVersion blocks,
    @About(value = "Channels that the others are multiples of.", min = 4, max = 4096) int dim,
    @About(value = "Channels of each level, finest first, as multiples of dim.", min = 1)
        List<Integer> mults,
    @About(value = "Channels after the first convolution; 0 for dim.", min = 0, max = 4096)
        int initialDim,
    @About(value = "Groups of group normalization.", min = 1) int groups,
    @About(value = "Heads of full attention in the middle.", min = 1) int heads,
    @About(value = "Channels of each head.", min = 1) int headDim,
    @About("Let the network see its former prediction.") boolean selfCondition,
    @About(value = "Dropout rate inside the blocks.", min = 0, max = 0.99) double dropout,
    @About("How the network is told the time.") TimeSettings times)
    implements NetworkSettings {

  /** Copies the list. {@inheritDoc} */
  public Unet1dSettings {
    mults = List.copyOf(mults);
  }

  @Override
  public void requireFitting(Task task) {
    SettingException.unless(
        task.height() == 1,
        "{network}: expected another one for pictures, unet1d is for sequences, got pictures of %dx%d; give it"
            + " {data} such as toy:waves or a file of series",
        task.height(),
        task.width());
    Levels.requireHalving(task.width(), "mults", mults.size());
    LucidUnets.requireFitting(blocks, dim, groups, dropout);
    SettingException.unless(
        blocks != BlockVersion.GUIDED,
        "{blocks}: expected group-norm or rms-norm for sequences, got guided");
    config(task);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new OfOneRow(new UNet(device, key, config(task), task.classes()));
  }

  private UNetConfig config(Task task) {
    return new UNetConfig(
        blocks,
        Domain.SIGNAL,
        task.channels(),
        task.outChannels(),
        dim,
        initialDim == 0 ? dim : initialDim,
        mults,
        selfCondition,
        groups,
        dropout,
        times.create(),
        AttentionPlan.signal(mults.size(), heads, headDim));
  }

  @Override
  public List<NetworkSettings> simpler() {
    List<NetworkSettings> simpler = new ArrayList<>();
    for (int levels = mults.size() - 1; levels >= 1; levels--) {
      simpler.add(new Unet1dSettings(
          blocks,
          dim,
          mults.subList(0, levels),
          initialDim,
          groups,
          heads,
          headDim,
          selfCondition,
          dropout,
          times));
    }
    return simpler;
  }

  @Override
  public String noun() {
    return "1-D U-Net";
  }

  /** Sequences arrive as pictures of one row, (N, 1, L, C), and are (N, L, C) to the network. */
  private record OfOneRow(Network network) implements Network {
    @Override
    public Variable predict(Query query) {
      Variable y = network.predict(query.map(OfOneRow::asSequence));
      Shape shape = y.shape();
      return reshape(y, Shape.of(shape.dim(0), 1, shape.dim(1), shape.dim(2)));
    }

    private static Variable asSequence(Variable x) {
      Shape shape = x.shape();
      return reshape(x, Shape.of(shape.dim(0), shape.dim(2), shape.dim(3)));
    }

    @Override
    public boolean isSelfConditioned() {
      return network.isSelfConditioned();
    }

    @Override
    public List<NamedParameter> parameters() {
      return network.parameters();
    }
  }
}
