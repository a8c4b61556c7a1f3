package brume.diffusion.train;

import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.Pass;
import brume.nn.mlp.Mlp;
import brume.nn.mlp.MlpConfig;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.List;

/** A multilayer perceptron that sees all numbers of a picture, or of a point, at once. */
final class MlpDenoiser implements Denoiser {

  private final Mlp network;

  MlpDenoiser(RunConfig config, Device device, RandomKey key) {
    this.network = new Mlp(device, key, settings(config));
  }

  /** Settings of the perceptron itself. */
  static MlpConfig settings(RunConfig config) {
    RunConfig.Network n = config.network();
    if (n.patch() != 1) {
      throw new IllegalArgumentException(
          "--patch: expected 1, since --architecture mlp has no pixels, got " + n.patch());
    }
    if (n.selfCondition()) {
      throw new IllegalArgumentException(
          "--self-condition: expected off, since --architecture mlp does not have it, got on");
    }
    List<Integer> widths =
        n.mults().stream().map(multiple -> multiple * n.dim()).toList();
    for (int width : widths) {
      if (width % n.groups() != 0) {
        throw new IllegalArgumentException(
            "--groups: expected a number that divides %d, a multiple of --dim, got %d; choose a --dim that is a multiple of --groups"
                .formatted(width, n.groups()));
      }
    }
    int side = config.pictures().size(),
        features = side * side * config.pictures().channels();
    return new MlpConfig(
        features, features, n.frequencies(), n.dim(), widths, n.groups(), n.dropout());
  }

  @Override
  public Variable predict(Variable xt, double[] times, Pass pass) {
    return reshape(network.forward(xt, times, pass), xt.shape());
  }

  @Override
  public List<NamedParameter> parameters() {
    return network.parameters();
  }
}
