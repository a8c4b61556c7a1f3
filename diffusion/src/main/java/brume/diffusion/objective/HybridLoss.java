package brume.diffusion.objective;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Variable;
import brume.diffusion.likelihood.VariationalBound;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.ReverseProcess;
import brume.nn.Denoiser;
import brume.nn.Pass;

/**
 * The loss of learned variances: the squared error teaches the prediction, the bound teaches the
 * variance only, as no gradient of it reaches the prediction.
 *
 * <pre>
 *   loss = simple + factor·bound(stopped prediction, variance)
 * </pre>
 *
 * @param simple the squared error
 * @param bound in bits per dimension
 * @param factor weight of the bound, 0.001 or T/1000 for example
 * @param stop where the gradient of the bound ends
 * @see <a href="https://arxiv.org/abs/2102.09672">Nichol and Dhariwal (2021), eq. 16</a>
 */
public record HybridLoss(DenoisingLoss simple, VariationalBound bound, double factor, Stop stop)
    implements TrainingLoss {

  /** Where the gradient of the bound ends. Parameters get the same gradients either way. */
  public enum Stop {
    /** At the prediction, an output of the network. */
    PREDICTION {
      @Override
      Variable term(VariationalBound bound, Variable x0, Variable xt, int[] t, Variable output) {
        int channels = output.shape().dim(-1);
        Variable prediction =
            Variable.constant(slice(output, -1, 0, channels / 2).value());
        Variable variance = slice(output, -1, channels / 2, channels);
        return bound.term(x0, xt, t, concatenate(prediction, variance));
      }
    },
    /** At the mean of the step back, so that data that require a gradient get none of it either. */
    MEAN {
      @Override
      Variable term(VariationalBound bound, Variable x0, Variable xt, int[] t, Variable output) {
        ReverseProcess p = bound.process();
        Variable mean = p.mean(p.x0(xt, t, output), xt, t, output);
        return bound.term(x0, xt, t, Variable.constant(mean.value()), p.logVariance(t, output));
      }
    };

    abstract Variable term(
        VariationalBound bound, Variable x0, Variable xt, int[] t, Variable output);
  }

  @Override
  public ForwardProcess process() {
    return simple.process();
  }

  @Override
  public Variable losses(Denoiser denoiser, Variable x0, Noising noising, Pass pass) {
    int[] t = noising.times();
    Variable xt = process().sample(x0, t, noising.epsilon());
    Variable output = SelfConditioning.output(
        denoiser, xt, noising, pass, answer -> bound.process().unclippedX0(xt, t, answer));
    Variable prediction = bound.process().variance().prediction(output);
    Variable term = stop.term(bound, x0, xt, t, output);
    return add(simple.errors(x0, noising, prediction), scale(term, factor));
  }
}
