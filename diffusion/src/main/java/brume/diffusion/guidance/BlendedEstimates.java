package brume.diffusion.guidance;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;

import brume.autograd.Variable;
import brume.diffusion.process.Level;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Estimate;
import brume.tensor.Tensor;

/**
 * Estimates between two others: the outputs of the network are mixed, and with them what it says of
 * two classes. At either end only one of them is asked.
 *
 * @param first at one end
 * @param second at the other end
 * @param share of the second, in [0, 1]
 */
public record BlendedEstimates(Denoised first, Denoised second, double share) implements Denoised {

  /** Refuses a share beyond the ends. {@inheritDoc} */
  public BlendedEstimates {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("blend: expected a share in [0, 1], got " + share);
    }
  }

  @Override
  public Estimate at(Variable xt, Level level) {
    if (share == 0 || share == 1) {
      return (share == 0 ? first : second).at(xt, level);
    }
    Estimate a = first.at(xt, level), b = second.at(xt, level);
    Variable output = add(scale(a.output(), 1 - share), scale(b.output(), share));
    return Estimate.of(a.process(), level, xt, output);
  }

  @Override
  public Denoised begin(Tensor start) {
    return new BlendedEstimates(first.begin(start), second.begin(start), share);
  }
}
