package brume.diffusion.network;

import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Query;
import brume.nn.Upkeep;
import brume.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * Videos arrive as pictures whose frames lie one below the other, (N, F·H, W, C), and are (N, F, H, W,
 * C) to the network.
 *
 * @param network sees videos
 * @param frames F
 */
record OfFrames(Network network, int frames) implements Network {

  @Override
  public Variable predict(Query query) {
    Variable y = network.predict(query.map(this::asVideo));
    Shape shape = y.shape();
    return reshape(y, Shape.of(shape.dim(0), frames * shape.dim(2), shape.dim(3), shape.dim(4)));
  }

  private Variable asVideo(Variable x) {
    Shape shape = x.shape();
    return reshape(
        x, Shape.of(shape.dim(0), frames, shape.dim(1) / frames, shape.dim(2), shape.dim(3)));
  }

  @Override
  public boolean isSelfConditioned() {
    return network.isSelfConditioned();
  }

  @Override
  public Optional<Upkeep> upkeep() {
    return network.upkeep();
  }

  @Override
  public List<NamedParameter> parameters() {
    return network.parameters();
  }
}
