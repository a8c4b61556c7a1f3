package brume.nn.vit;

import static brume.nn.ConfigException.unless;

import brume.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * All settings of a {@link UVit}.
 *
 * @param channels of x
 * @param outChannels of the answer; twice as many if variances are learned
 * @param classes that it is told; 0 for none
 * @param dim channels that those of the levels are multiples of
 * @param initialDim channels before the first level
 * @param multipliers channels behind each level, finest first, as multiples of {@code dim}
 * @param factors how much smaller pictures are behind each level
 * @param patch side of the squares of pixels that the first layer makes one of; 1 for pixels
 * @param depth layers of the transformer
 * @param heads of its attention
 * @param headDim channels of each head
 * @param wider channels inside its feed-forward parts, as a multiple
 * @param waves sines and cosines in all that tell the time
 * @param timeScale what times are multiplied by before; waves expect numbers of the order of one
 * @param dropout rate inside the transformer, in [0, 1)
 */
public record UVitConfig(
    int channels,
    int outChannels,
    int classes,
    int dim,
    int initialDim,
    List<Integer> multipliers,
    List<Integer> factors,
    int patch,
    int depth,
    int heads,
    int headDim,
    int wider,
    int waves,
    double timeScale,
    double dropout) {

  /** Copies the lists and refuses levels that do not fit together. {@inheritDoc} */
  public UVitConfig {
    multipliers = List.copyOf(multipliers);
    factors = List.copyOf(factors);
    unless(
        !multipliers.isEmpty() && multipliers.size() == factors.size(),
        "uvit: expected one or more levels with a factor each, got multipliers = %s, factors = %s",
        multipliers,
        factors);
    unless(patch >= 1, "uvit: expected a patch of 1 or more, got %d", patch);
  }

  /** Channels before the first level and behind each. */
  List<Integer> widths() {
    List<Integer> widths = new ArrayList<>(List.of(initialDim));
    for (int multiplier : multipliers) {
      widths.add(dim * multiplier);
    }
    return widths;
  }

  /** Channels of the embedded time. */
  int timeDim() {
    return 4 * dim;
  }

  /**
   * What height and width must be multiples of.
   *
   * @return the patch times all factors
   */
  public int divisor() {
    int divisor = patch;
    for (int factor : factors) {
      divisor = Shape.product(divisor, factor);
    }
    return divisor;
  }
}
