package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.Level;
import brume.diffusion.process.Mix;

/**
 * What a step leads from and to, in the letters of the papers: data α, noise σ, λ = log(α/σ).
 *
 * @param signal α at the level a step starts from; 0 where nothing is left of the data
 * @param noise σ there, above 0
 * @param signalTo α where it leads
 * @param noiseTo σ where it leads; 0 if that is data
 */
record Span(double signal, double noise, double signalTo, double noiseTo) {

  /** From a level to where its step leads. */
  static Span of(Level level) {
    Level before = level.before();
    return new Span(level.signal(), level.noise(), before.signal(), before.noise());
  }

  /** From one level to another. */
  static Span between(Level from, Level to) {
    return new Span(from.signal(), from.noise(), to.signal(), to.noise());
  }

  double lambda() {
    return lambda(signal, noise);
  }

  double lambdaTo() {
    return lambda(signalTo, noiseTo);
  }

  static double lambda(Level level) {
    return lambda(level.signal(), level.noise());
  }

  /** −∞ without data, ∞ without noise. */
  private static double lambda(double signal, double noise) {
    return Math.log(signal) - Math.log(noise);
  }

  /** h = λ₋ − λ, infinite for a step from nothing or to data. */
  double h() {
    return lambdaTo() - lambda();
  }

  /** Noise for each unit of data where the step starts. */
  double sigma() {
    return noise / signal;
  }

  /** Noise for each unit of data where it leads. */
  double sigmaTo() {
    return noiseTo / signalTo;
  }

  /** Whether nothing is left of the data, or so little that only the first order is of use. */
  boolean startsFromNothing() {
    return Level.isNoise(signal, noise);
  }

  boolean endsWithData() {
    return noiseTo == 0;
  }

  /**
   * The step of first order, which is Euler's in σ/α and that of DDIM: α₋·x_0 + σ₋·ε. Every other
   * deterministic step is this one with a correction.
   */
  Variable first(Estimate now) {
    return Mix.mix(signalTo, now.x0(), noiseTo, now.epsilon());
  }

  /** The same with another ε, which need not be that of the estimate: (α₋/α)·x + (σ₋ − σ·α₋/α)·ε. */
  Variable carried(Variable x, Variable epsilon) {
    double ratio = signalTo / signal;
    return Mix.mix(ratio, x, noiseTo - noise * ratio, epsilon);
  }
}
