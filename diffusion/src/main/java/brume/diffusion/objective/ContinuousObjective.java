package brume.diffusion.objective;

import static brume.autograd.function.reduce.Mean.mean;

import brume.autograd.Variable;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * A {@link ContinuousLoss} at times that the process draws and with noise that is drawn anew for every
 * sample.
 *
 * @param loss at given times and noise
 * @param noise what it is made of
 */
public record ContinuousObjective(ContinuousLoss loss, Noising.Settings noise)
    implements Objective {

  @Override
  public Variable loss(Denoiser network, Batch batch, RandomKey key, Pass pass) {
    double[] times = new double[batch.x0().shape().dim(0)]; // also of repetitions, where recorded
    RandomKey time = key.child("time");
    Backend.of(batch.x0())
        .renew(() -> Arrays.setAll(times, n -> loss.process().draw(time, batch.first() + n)));
    Variable x0 = Variable.constant(batch.x0());
    boolean conditioned = Noising.isConditioned(key);
    UnaryOperator<Variable> losses =
        epsilon -> loss.losses(network, x0, times, epsilon, conditioned, pass);
    return mean(losses.apply(
        Variable.constant(Noising.best(noise, batch.x0(), batch.first(), key, losses))));
  }

  @Override
  public boolean branches(Denoiser network, RandomKey key) {
    return network.isSelfConditioned() && Noising.isConditioned(key);
  }
}
