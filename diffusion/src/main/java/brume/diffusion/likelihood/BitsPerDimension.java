package brume.diffusion.likelihood;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.process.ForwardProcess;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import brume.tensor.math.Arithmetic;
import java.util.Arrays;
import java.util.function.IntFunction;

/** All terms of {@link VariationalBound} for some images, and how well x_0 and ε were predicted. */
public final class BitsPerDimension {

  private final double[] prior; // of each sample
  private final double[][] terms, x0Errors, epsilonErrors; // of each sample and time

  private BitsPerDimension(double[] prior, int steps) {
    this.prior = prior;
    this.terms = new double[prior.length][steps];
    this.x0Errors = new double[prior.length][steps];
    this.epsilonErrors = new double[prior.length][steps];
  }

  /**
   * Evaluates the bound at every time.
   *
   * @param bound what to evaluate
   * @param denoiser the network
   * @param x0 (N, ..., C) images, in [−1, 1]
   * @param noise (N, ..., C) of every time
   * @return the terms
   */
  public static BitsPerDimension of(
      VariationalBound bound, Denoiser denoiser, Tensor x0, IntFunction<Tensor> noise) {
    int steps = bound.process().q().steps();
    Variable images = Variable.constant(x0);
    try (Tape.Pause pause = Tape.pause();
        Scope whole = Scope.open()) {
      BitsPerDimension result =
          new BitsPerDimension(bound.prior(images).value().toDoubles(), steps);
      for (int time = 0; time < steps; time++) {
        try (Scope step = Scope.open()) {
          result.add(time, bound, denoiser, images, Variable.constant(noise.apply(time)));
        }
      }
      return result;
    }
  }

  private void add(
      int time, VariationalBound bound, Denoiser denoiser, Variable x0, Variable epsilon) {
    int[] t = new int[prior.length];
    Arrays.fill(t, time);
    double[] times = Arrays.stream(t).asDoubleStream().toArray();
    ForwardProcess q = bound.process().q();
    Variable xt = q.sample(x0, t, epsilon);
    Variable output = denoiser.predict(Query.of(xt, times, Pass.inference()));
    Variable estimate = bound.process().x0(xt, t, output);
    put(terms, time, bound.term(x0, xt, t, output).value().toDoubles());
    put(x0Errors, time, squaredErrors(estimate.value(), x0.value()));
    put(
        epsilonErrors,
        time,
        squaredErrors(q.epsilonFromX0(xt, t, estimate).value(), epsilon.value()));
  }

  private static double[] squaredErrors(Tensor a, Tensor b) {
    double[] gaps = Arithmetic.minus(a, b).toDoubles();
    double[] errors = new double[a.shape().dim(0)];
    int size = gaps.length / errors.length;
    for (int i = 0; i < gaps.length; i++) {
      errors[i / size] += gaps[i] * gaps[i] / size;
    }
    return errors;
  }

  private static void put(double[][] table, int time, double[] column) {
    for (int n = 0; n < column.length; n++) {
      table[n][time] = column[n];
    }
  }

  /**
   * The bound of one sample.
   *
   * @param sample its number
   * @return the prior's term and those of all times, in bits per dimension
   */
  public double total(int sample) {
    return prior[sample] + Arrays.stream(terms[sample]).sum();
  }

  /**
   * The prior's term of one sample.
   *
   * @param sample its number
   * @return L_T in bits per dimension
   */
  public double prior(int sample) {
    return prior[sample];
  }

  /**
   * One term of one sample.
   *
   * @param sample its number
   * @param t time
   * @return L_t in bits per dimension
   */
  public double term(int sample, int t) {
    return terms[sample][t];
  }

  /**
   * How far the estimate of the data was off.
   *
   * @param sample its number
   * @param t time
   * @return mean squared error of x_0
   */
  public double x0Error(int sample, int t) {
    return x0Errors[sample][t];
  }

  /**
   * How far the estimate of the noise was off.
   *
   * @param sample its number
   * @param t time
   * @return mean squared error of the ε that follows from the estimate of the data
   */
  public double epsilonError(int sample, int t) {
    return epsilonErrors[sample][t];
  }
}
