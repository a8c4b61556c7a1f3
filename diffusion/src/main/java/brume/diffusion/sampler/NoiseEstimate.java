package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.ReverseProcess;

/** Which noise DDIM takes to be in its samples; the two differ where estimates are clipped. */
public enum NoiseEstimate {
  /** What is left when the clipped estimate of the data is taken out of x_t. */
  FROM_X0 {
    @Override
    Variable of(ReverseProcess p, Variable xt, int[] k, Variable output, Variable x0) {
      return p.q().epsilonFromX0(xt, k, x0);
    }
  },
  /** What the network says, as if nothing had been clipped. */
  AS_PREDICTED {
    @Override
    Variable of(ReverseProcess p, Variable xt, int[] k, Variable output, Variable x0) {
      return p.epsilon(xt, k, output);
    }
  };

  abstract Variable of(ReverseProcess p, Variable xt, int[] k, Variable output, Variable x0);
}
