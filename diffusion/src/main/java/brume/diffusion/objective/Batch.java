package brume.diffusion.objective;

import brume.tensor.Tensor;

/**
 * What one forward pass of training learns from.
 *
 * @param x0 (N, H, W, C) samples in the range of the model, [−1, 1]
 * @param first number of the first sample within its step, so that random numbers do not depend on how
 *     a step is divided into passes
 */
public record Batch(Tensor x0, long first) {}
