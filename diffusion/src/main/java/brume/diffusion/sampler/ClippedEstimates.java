package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.Level;
import brume.tensor.Tensor;

/** Estimates brought into range: the form that every wrapper has. */
record ClippedEstimates(Denoised original, Clipping clipping) implements Denoised {

  @Override
  public Estimate at(Variable xt, Level level) {
    Estimate estimate = original.at(xt, level);
    return estimate.withX0(clipping.apply(estimate.x0()));
  }

  @Override
  public Denoised begin(Tensor start) {
    return new ClippedEstimates(original.begin(start), clipping);
  }
}
