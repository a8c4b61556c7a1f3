package brume.diffusion.sampler;

import brume.autograd.Variable;

/** Which noise DDIM takes to be in its samples; the two differ where estimates are clipped. */
public enum NoiseEstimate {
  /** What is left when the clipped estimate of the data is taken out of x_t. */
  FROM_X0 {
    @Override
    Variable of(Estimate now) {
      return now.epsilon();
    }
  },
  /** What the network says, as if nothing had been clipped. */
  AS_PREDICTED {
    @Override
    Variable of(Estimate now) {
      return now.predictedEpsilon();
    }
  };

  abstract Variable of(Estimate now);
}
