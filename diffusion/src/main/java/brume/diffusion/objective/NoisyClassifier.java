package brume.diffusion.objective;

import static brume.autograd.function.loss.CrossEntropy.crossEntropy;
import static brume.autograd.function.reduce.Mean.mean;

import brume.autograd.Variable;
import brume.autograd.function.loss.Labeling;
import brume.diffusion.process.Level;
import brume.diffusion.process.TrainedProcess;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionGeometry.Axes;
import java.util.stream.IntStream;

/**
 * Tells the classes of noisy data. Any network serves: it has a channel for each class, and what a
 * channel says in the mean of all places is the logit of its class (Lin et al., 2013: Network in
 * Network, section 3.2).
 *
 * @param network answers (N, ..., K) for K classes
 */
public record NoisyClassifier(Denoiser network) {

  private static final double LEAST_NOISE = 1e-9; // for each unit of data; below any process

  /**
   * What to ask of data as they are.
   *
   * @param process that the classifier knows
   * @param x0 (N, ..., C) the data
   * @param pass whether this is training
   * @return the data, at the time of the least noise
   */
  public static Query withoutNoise(TrainedProcess process, Variable x0, Pass pass) {
    Level least = process.levelOf(LEAST_NOISE);
    return Query.of(process.input(least, x0), least.times(x0.shape().dim(0)), pass);
  }

  /**
   * What stands for data without noise where they are compared.
   *
   * @param query the data (N, ..., C), and their times as the network is told
   * @return (N, F) the vector by which it tells classes, or the (N, K) logits if it has none
   */
  public Variable features(Query query) {
    return network.features(query).orElseGet(() -> logits(query));
  }

  /**
   * Looks at noisy data.
   *
   * @param query the data (N, ..., C), and their times as the network is told
   * @return (N, K) logits
   */
  public Variable logits(Query query) {
    Variable maps = network.predict(query);
    return mean(maps, Axes.of(IntStream.range(1, maps.shape().rank() - 1).toArray()));
  }

  /**
   * How unexpected classes are.
   *
   * @param query the data (N, ..., C), and their times as the network is told
   * @param labels (N) classes
   * @return (N) −log p(label | data)
   */
  public Variable losses(Query query, int[] labels) {
    Variable logits = logits(query);
    Tensor target = Tensor.of(
        logits.value().device(),
        logits.shape(),
        Labeling.of(logits.shape().dim(1)).distributions(labels));
    return crossEntropy(logits, Variable.constant(target));
  }
}
