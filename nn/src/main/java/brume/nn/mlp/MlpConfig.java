package brume.nn.mlp;

import static brume.nn.ConfigException.unless;

import java.util.List;

/**
 * The settings of {@link Mlp}.
 *
 * @param features numbers of a sample
 * @param outFeatures numbers of a result
 * @param frequencies 2⁰, 2¹, ... half turns a unit whose sines and cosines describe each number of a
 *     sample beside itself; 0 for none
 * @param timeDim numbers that encode a time, and those it is embedded in
 * @param widths features of each residual block's result; the first are also those of its input
 * @param groups of group normalization; 1 for layer normalization
 * @param dropout rate inside the blocks, in [0, 1)
 */
public record MlpConfig(
    int features,
    int outFeatures,
    int frequencies,
    int timeDim,
    List<Integer> widths,
    int groups,
    double dropout) {

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public MlpConfig {
    widths = List.copyOf(widths);
    unless(
        features >= 1 && outFeatures >= 1 && timeDim >= 4 && !widths.isEmpty() && frequencies >= 0,
        "mlp: expected features of 1 or more, timeDim of 4 or more, a block or more and no negative"
            + " frequencies, got %d, %d, %d, %d and %d",
        features,
        outFeatures,
        timeDim,
        widths.size(),
        frequencies);
    unless(
        groups >= 1 && widths.stream().allMatch(width -> width >= 1 && width % groups == 0),
        "groups: expected a divisor of all widths, got groups = %d with widths %s",
        groups,
        widths);
    unless(dropout >= 0 && dropout < 1, "dropout: expected a rate in [0, 1), got %s", dropout);
  }
}
