package brume.diffusion.objective;

import static brume.autograd.function.pointwise.MixSamples.mixSamples;
import static brume.autograd.function.reduce.Mean.mean;

import brume.autograd.Variable;
import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.TrainedProcess;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.random.RandomKey;
import java.util.Arrays;

/**
 * The cross entropy of the classes of noisy data, at times that are drawn anew for every sample.
 *
 * <pre>
 *   loss = ⟨−log p(label | x_t, t)⟩
 * </pre>
 *
 * @param process that adds the noise
 * @param clean whether none is added, and the time is always that of the least
 * @see <a href="https://arxiv.org/abs/2105.05233">Dhariwal and Nichol, Diffusion Models Beat GANs on Image
 *     Synthesis (2021), section 4</a>
 */
public record ClassifierObjective(TrainedProcess process, boolean clean) implements Objective {

  @Override
  public Variable loss(Denoiser network, Batch batch, RandomKey key, Pass pass) {
    Query query = clean
        ? NoisyClassifier.withoutNoise(process, Variable.constant(batch.x0()), pass)
        : process.either(
            numbered -> inSteps(numbered, batch, key, pass),
            continuous -> inContinuousTime(continuous, batch, key, pass));
    return mean(new NoisyClassifier(network).losses(query, batch.labels()));
  }

  private static Query inSteps(ReverseProcess process, Batch batch, RandomKey key, Pass pass) {
    Noising drawn =
        Noising.draw(Noising.Settings.PLAIN, process.q().steps(), batch.x0(), batch.first(), key);
    Variable xt = process.q().sample(Variable.constant(batch.x0()), drawn.times(), drawn.epsilon());
    return Query.of(xt, Arrays.stream(drawn.times()).asDoubleStream().toArray(), pass);
  }

  private static Query inContinuousTime(
      ContinuousProcess process, Batch batch, RandomKey key, Pass pass) {
    RandomKey time = key.child("time");
    int samples = batch.x0().shape().dim(0);
    double[] signal = new double[samples], noise = new double[samples], told = new double[samples];
    for (int n = 0; n < samples; n++) {
      double t = process.draw(time, batch.first() + n);
      ContinuousProcess.Reading reading = process.reading(t);
      signal[n] = reading.input() * process.signal(t);
      noise[n] = reading.input() * process.noise(t);
      told[n] = reading.told();
    }
    Variable epsilon =
        Variable.constant(Noising.noise(Noising.Settings.PLAIN, batch.x0(), batch.first(), key));
    return Query.of(mixSamples(signal, Variable.constant(batch.x0()), noise, epsilon), told, pass);
  }
}
