package brume.nn.karras;

import static brume.nn.ConfigException.unless;

/**
 * All settings of a {@link MpTransformer}.
 *
 * @param channels of x
 * @param outChannels of the answer; twice as many if variances are learned
 * @param classes that the network is told of its samples; 0 for none
 * @param patch side of the squares of pixels that become one token
 * @param dim channels of a token, a multiple of 4
 * @param depth layers one behind the other
 * @param headDim channels of each head of attention
 * @param wider channels inside the feed-forward parts, as a multiple
 * @param waves sines and cosines in all that tell the time, an even number
 * @param timeScale what times are multiplied by before; waves expect numbers of the order of one
 * @param residual share of what was there before, where attention or a feed-forward part is added
 * @param positions share of the waves of the positions, where they are added to the tokens
 * @param known share of the class, where it is added to the time
 */
public record MpTransformerConfig(
    int channels,
    int outChannels,
    int classes,
    int patch,
    int dim,
    int depth,
    int headDim,
    int wider,
    int waves,
    double timeScale,
    double residual,
    double positions,
    double known) {

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public MpTransformerConfig {
    unless(
        patch >= 1 && depth >= 1 && headDim >= 1 && wider >= 1,
        "mp-transformer: expected sizes of 1 or more, got patch = %d, depth = %d, headDim = %d, wider = %d",
        patch,
        depth,
        headDim,
        wider);
    unless(
        dim >= 4 && dim % 4 == 0,
        "mp-transformer: expected a dim that is a multiple of 4, as sines and cosines of both coordinates"
            + " share it, got %d",
        dim);
    unless(
        waves >= 2 && waves % 2 == 0,
        "mp-transformer: expected an even number of waves, got %d",
        waves);
    for (double share : new double[] {residual, positions, known}) {
      unless(
          share >= 0 && share <= 1, "mp-transformer: expected shares from 0 to 1, got %s", share);
    }
  }

  /** Channels of the embedded time and class. */
  int knownDim() {
    return 4 * dim;
  }
}
