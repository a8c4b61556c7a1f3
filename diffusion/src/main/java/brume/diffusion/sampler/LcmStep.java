package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.Level;
import brume.diffusion.process.Mix;
import java.util.function.Supplier;

/**
 * The step of latent consistency models: a network that was distilled to jump to data does so, and fresh
 * noise leads to the next level.
 *
 * <pre>
 *   f = c_skip·x + c_out·x_0,   x₋ = α₋·f + σ₋·z,   f itself in the last step
 *   c_skip = σ_d²/((s·t)² + σ_d²),   c_out = s·t/√((s·t)² + σ_d²)
 * </pre>
 *
 * @param timeScale s
 * @param sigmaData σ_d
 * @see <a href="https://arxiv.org/abs/2310.04378">Luo et al., Latent Consistency Models (2023),
 *     algorithm 3, with the scale of the released code</a>
 */
public record LcmStep(double timeScale, double sigmaData) implements Step {

  /** The numbers of the released code. */
  public static final LcmStep USUAL = new LcmStep(10, 0.5);

  @Override
  public boolean readsNoise() {
    return false;
  }

  @Override
  public Variable next(Estimate now, Denoised model, Supplier<Variable> z) {
    Level level = now.level();
    double scaled = timeScale * level.time(), square = scaled * scaled + sigmaData * sigmaData;
    Variable data =
        Mix.mix(sigmaData * sigmaData / square, now.xt(), scaled / Math.sqrt(square), now.x0());
    if (level.k() == 0) {
      return data;
    }
    Span span = Span.of(level);
    return Mix.mix(span.signalTo(), data, span.noiseTo(), z.get());
  }
}
