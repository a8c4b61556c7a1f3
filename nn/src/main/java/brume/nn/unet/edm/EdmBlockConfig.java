package brume.nn.unet.edm;

import brume.nn.init.Initialization;

/**
 * What all blocks of a network have in common.
 *
 * @param timeDim channels of the embedded time
 * @param scalesByTime whether time scales and shifts the second normalization, or is added before it
 * @param factor of each sum, of a block and of its attention
 * @param eps of group normalization
 * @param filter how the resolution changes
 * @param projectsWhereResampled whether what goes around a block that changes the resolution passes a 1×1
 *     convolution even if the channels stay
 * @param dropout rate in the middle, in [0, 1)
 * @param headDim channels of each head of attention; 0 for one head of all
 * @param rules how its layers begin
 */
record EdmBlockConfig(
    int timeDim,
    boolean scalesByTime,
    double factor,
    double eps,
    Filter filter,
    boolean projectsWhereResampled,
    double dropout,
    int headDim,
    Rules rules) {

  /**
   * How layers begin.
   *
   * @param inner those that follow no other rule
   * @param last the last one of a branch, so that a block changes nothing or nearly nothing at first
   * @param attention queries, keys and values
   */
  record Rules(Initialization inner, Initialization last, Initialization attention) {}
}
