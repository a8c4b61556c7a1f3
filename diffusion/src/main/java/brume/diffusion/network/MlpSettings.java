package brume.diffusion.network;

import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.diffusion.settings.About;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Query;
import brume.nn.mlp.Mlp;
import brume.nn.mlp.MlpConfig;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.random.RandomKey;
import java.util.List;

/**
 * The multilayer perceptron of ddpm-torch, which sees all numbers of a sample at once.
 *
 * @param dim channels that the others are multiples of, and of the embedded time
 * @param mults channels of each block, as multiples of {@code dim}
 * @param frequencies of the waves that describe each number of a sample; 0 for none
 * @param groups of group normalization; 1 for layer normalization
 * @param dropout rate inside the blocks
 */
public record MlpSettings(
    @About(value = "Channels that the others are multiples of.", min = 4, max = 4096) int dim,
    @About(value = "Channels of each block, as multiples of dim.", min = 1) List<Integer> mults,
    @About(
            value = "Frequencies of waves that describe each number of a sample; 0 for none.",
            min = 0,
            max = 16)
        int frequencies,
    @About(value = "Groups of group normalization; 1 for layer normalization.", min = 1) int groups,
    @About(value = "Dropout rate inside the blocks.", min = 0, max = 0.99) double dropout)
    implements NetworkSettings {

  /** Copies the list. {@inheritDoc} */
  public MlpSettings {
    mults = List.copyOf(mults);
  }

  @Override
  public void requireFitting(Task task) {
    for (int multiple : mults) {
      Levels.requireGroups("dim", multiple * dim, groups);
    }
    config(task);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    return new OfAnyShape(new Mlp(device, key, config(task), task.classes()), task.outChannels());
  }

  private MlpConfig config(Task task) {
    int pixels = Shape.product(task.height(), task.width());
    return new MlpConfig(
        Shape.product(pixels, task.channels()),
        Shape.product(pixels, task.outChannels()),
        frequencies,
        dim,
        mults.stream().map(multiple -> multiple * dim).toList(),
        groups,
        dropout);
  }

  @Override
  public String noun() {
    return "perceptron";
  }

  /** Pictures and points are rows of numbers to the perceptron, and its answers are theirs again. */
  private record OfAnyShape(Mlp network, int channels) implements Network {
    @Override
    public Variable predict(Query query) {
      return reshape(network.predict(query), query.xt().shape().with(-1, channels));
    }

    @Override
    public List<NamedParameter> parameters() {
      return network.parameters();
    }
  }
}
