package brume.nn.unet.lucid;

import static brume.nn.ConfigException.unless;

import java.util.Collections;
import java.util.List;

/**
 * The settings of {@link Trunk}.
 *
 * @param channels of x
 * @param classes of the answer
 * @param dim channels that the others are multiples of; even, 4 or more
 * @param multipliers channels of each level, finest first, as multiples of {@code dim}
 * @param blocks residual blocks of each level
 * @param groups of group normalization; divides all channels
 * @param heads of attention at the coarsest level
 * @param headDim channels of each head
 */
public record TrunkConfig(
    int channels,
    int classes,
    int dim,
    List<Integer> multipliers,
    int blocks,
    int groups,
    int heads,
    int headDim) {

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public TrunkConfig {
    multipliers = List.copyOf(multipliers);
    unless(dim >= 4 && dim % 2 == 0, "dim: expected an even number of 4 or more, got %d", dim);
    unless(classes >= 2, "classes: expected 2 or more, got %d", classes);
    unless(blocks >= 1, "blocks: expected 1 or more of each level, got %d", blocks);
    unless(
        !multipliers.isEmpty() && Collections.min(multipliers) >= 1,
        "multipliers: expected a positive number for each level, got %s",
        multipliers);
    unless(
        groups >= 1 && dim % groups == 0,
        "groups: expected a divisor of dim, got %d of %d",
        groups,
        dim);
  }

  /** What height and width must be a multiple of. */
  int downsampleFactor() {
    return 1 << (multipliers.size() - 1);
  }

  /** Channels of the embedded time. */
  int timeDim() {
    return 4 * dim;
  }
}
