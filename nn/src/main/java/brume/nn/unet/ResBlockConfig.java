package brume.nn.unet;

import brume.nn.layer.Domain;

/**
 * The settings of all residual blocks of a network.
 *
 * @param version decides on the normalization of the blocks
 * @param domain image or signal
 * @param timeDim channels of the embedded time, 0 for blocks that do not see the time
 * @param groups of group normalization; divides all channels
 * @param dropout rate after the first half, in [0, 1)
 */
public record ResBlockConfig(
    BlockNorm version, Domain domain, int timeDim, int groups, double dropout) {}
