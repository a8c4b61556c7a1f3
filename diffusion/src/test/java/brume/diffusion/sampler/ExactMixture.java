package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.NoiseSchedule;
import brume.nn.Denoiser;
import brume.nn.Query;
import brume.tensor.Tensor;
import java.util.List;

/**
 * The best denoiser of the noise in x_t where data are points of several normal clusters:
 *
 * <pre>
 *   E[ε | x_t] = √(1 − ᾱ)·Σ r·(x_t − √ᾱ·m)/V,   V = ᾱ·s² + 1 − ᾱ
 *   r ∝ w·N(x_t; √ᾱ·m, V)                       probability that x_t comes from a cluster
 * </pre>
 *
 * @param schedule of the process
 * @param clusters of the data
 */
record ExactMixture(NoiseSchedule schedule, List<Cluster> clusters) implements Denoiser {

  /**
   * A round cluster of points in the plane.
   *
   * @param weight w, share of the data
   * @param x of its center m
   * @param y of its center m
   * @param deviation s
   */
  record Cluster(double weight, double x, double y, double deviation) {}

  @Override
  public Variable predict(Query query) {
    Variable xt = query.xt();
    double[] times = query.times();
    double alphaBar = schedule.alphaBar((int) times[0]); // samplers tell all samples one time
    double[] points = xt.value().toDoubles(), epsilon = new double[points.length];
    for (int i = 0; i < points.length; i += 2) {
      double total = 0;
      for (Cluster cluster : clusters) {
        double variance = alphaBar * cluster.deviation * cluster.deviation + 1 - alphaBar;
        double dx = points[i] - Math.sqrt(alphaBar) * cluster.x;
        double dy = points[i + 1] - Math.sqrt(alphaBar) * cluster.y;
        double r = cluster.weight / variance * Math.exp(-(dx * dx + dy * dy) / (2 * variance));
        epsilon[i] += r * dx / variance;
        epsilon[i + 1] += r * dy / variance;
        total += r;
      }
      epsilon[i] *= Math.sqrt(1 - alphaBar) / total;
      epsilon[i + 1] *= Math.sqrt(1 - alphaBar) / total;
    }
    return Variable.constant(Tensor.of(xt.value().device(), xt.shape(), epsilon));
  }
}
