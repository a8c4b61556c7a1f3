package brume.diffusion.guidance;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.diffusion.guidance.Repeated.repeated;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.guidance.Resampling.Move;
import brume.diffusion.process.Level;
import brume.diffusion.process.Mix;
import brume.diffusion.process.Way;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Estimate;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.NotFiniteException;
import brume.diffusion.sampler.RememberingStep;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.SamplingListener;
import brume.diffusion.sampler.Step;
import brume.diffusion.sampler.StepSampler;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.ElementwiseKernels;
import java.util.List;
import java.util.function.Supplier;

/**
 * Paints a part of pictures anew. Before every step the known part is put in its place with as much noise
 * as there is in the rest, and at the end without any:
 *
 * <pre>
 *   x ← m·(s·x_known + n·ε) + (1 − m)·x           s, n of the level
 * </pre>
 *
 * <p>Noise of moves is {@code step(i)} of the source, that of the known part {@code step(moves + i)}.
 *
 * @param inner the way from noise to data, and its steps
 * @param known (1, H, W, C) or (N, H, W, C) pictures in the range of the model
 * @param mask of the same shape, 1 where pictures are known, 0 where they are painted
 * @param resampling how often the way goes back
 * @see <a href="https://arxiv.org/abs/2201.09865">Lugmayr et al., RePaint (2022), algorithm 1</a>
 */
public record Inpainting(StepSampler inner, Tensor known, Tensor mask, Resampling resampling)
    implements Sampler {

  /** Refuses to go back where steps remember those before. {@inheritDoc} */
  public Inpainting {
    if (resampling.times() > 0 && inner.step() instanceof RememberingStep) {
      throw new IllegalArgumentException(
          "resampling: expected a sampler whose steps do not remember those before, such as ddpm or ddim,"
              + " got one that does; take another sampler or go back 0 times");
    }
  }

  @Override
  public Way levels() {
    return inner.levels();
  }

  @Override
  public int steps() {
    return moves(levels().count()).size();
  }

  /** All moves of a way that begins at a level. */
  private List<Move> moves(int last) {
    return resampling.moves(levels().count(), last);
  }

  @Override
  public Tensor sample(Denoised model, Tensor start, NoiseSource noise, SamplingListener listener) {
    try (Scope scope = Scope.open()) {
      Tensor scaled = start.like();
      ElementwiseKernels.of(scaled).affine(levels().prior(), start, 0, scaled);
      return scope.keep(denoise(model, scaled, levels().count(), noise, listener));
    }
  }

  @Override
  public Tensor denoise(
      Denoised model, Tensor start, int last, NoiseSource noise, SamplingListener listener) {
    List<Move> moves = moves(last);
    Tensor x = start.like();
    copy(constant(start), x);
    try (Tape.Pause pause = Tape.pause();
        Scope loop = Scope.open()) {
      Painting painting =
          new Painting(constant(repeated(known, x.shape())), constant(repeated(mask, x.shape())));
      Denoised way = model.begin(start);
      Step begun = inner.step().begin(start, last);
      Tensor x0 = x.like();
      for (int i = 0; i < moves.size(); i++) {
        Level level = levels().at(moves.get(i).level());
        int number = i;
        Supplier<Variable> z = () -> constant(noise.step(number, x.device(), x.shape()));
        try (Scope scope = Scope.open()) {
          if (moves.get(i).up()) {
            copy(noisier(level, x, z.get()), x);
          } else {
            Tensor ofKnown = noise.step(moves.size() + number, x.device(), x.shape());
            copy(painting.at(level, constant(ofKnown), x), x);
            Estimate now = way.at(constant(x), level);
            Variable next = begun.next(now, way, z);
            requireFinite(next, number, moves.size());
            copy(now.x0(), x0);
            copy(next, x);
          }
          if (number == moves.size() - 1) {
            copy(painting.done(x), x);
          }
        }
        listener.step(number + 1, moves.size(), x, x0);
      }
    }
    return x;
  }

  /** What is known of all samples, and where: 1 in the mask. */
  private record Painting(Variable known, Variable mask) {

    /** Samples whose known part has as much noise as the level. */
    Variable at(Level level, Variable noise, Tensor x) {
      return with(Mix.mix(level.signal(), known, level.noise(), noise), x);
    }

    /** Samples whose known part is known exactly. */
    Variable done(Tensor x) {
      return with(known, x);
    }

    private Variable with(Variable part, Tensor x) {
      return add(multiply(mask, part), multiply(affine(mask, -1, 1), constant(x)));
    }
  }

  /** From where a step from the level leads back to the level, by noise alone. */
  private static Variable noisier(Level level, Tensor x, Variable z) {
    Level before = level.before();
    double kept = level.signal() / before.signal();
    double carried = kept * before.noise();
    double added = Math.sqrt(Math.max(level.noise() * level.noise() - carried * carried, 0));
    return Mix.mix(kept, constant(x), added, z);
  }

  private static void requireFinite(Variable next, int move, int of) {
    for (double value : next.value().toDoubles()) {
      if (!Double.isFinite(value)) {
        throw new NotFiniteException(Text.of(
            "in-painting: expected finite samples after move %d of %d, got others; take another sampler",
            move + 1, of));
      }
    }
  }

  private static Variable constant(Tensor x) {
    return Variable.constant(x);
  }

  private static void copy(Variable from, Tensor to) {
    ElementwiseKernels.of(to).affine(1, from.value(), 0, to);
  }
}
