package brume.nn;

import static brume.autograd.function.resample.PixelShuffle.pixelShuffle;
import static brume.autograd.function.resample.PixelUnshuffle.pixelUnshuffle;

import brume.autograd.Variable;
import java.util.List;
import java.util.Optional;

/**
 * A network that sees squares of pixels as channels (space to depth), which leaves fewer pixels to
 * work on.
 *
 * @param original sees (N, H, W, C·side²), and answers likewise
 * @param side of the squares, in pixels
 */
public record Patches(Network original, int side) implements Network {

  /** Refuses squares without pixels. {@inheritDoc} */
  public Patches {
    if (side < 1) {
      throw new IllegalArgumentException("patches: expected a side of 1 or more, got " + side);
    }
  }

  /** From (N, side·H, side·W, C) to the same shape, with the channels of the answer. */
  @Override
  public Variable predict(Query query) {
    if (side == 1) {
      return original.predict(query);
    }
    Variable answer = original.predict(query.map(x -> pixelUnshuffle(x, side)));
    return pixelShuffle(answer, side);
  }

  @Override
  public Optional<Variable> features(Query query) {
    return original.features(query.map(x -> pixelUnshuffle(x, side)));
  }

  @Override
  public boolean isSelfConditioned() {
    return original.isSelfConditioned();
  }

  @Override
  public Optional<Upkeep> upkeep() {
    return original.upkeep();
  }

  @Override
  public List<NamedParameter> parameters() {
    return original.parameters();
  }
}
