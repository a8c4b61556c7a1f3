package brume.diffusion.process;

/** A process that adds noise of standard deviation σ to data which keep their size. Its time is σ. */
public interface NoisyProcess extends ContinuousProcess {

  @Override
  default double signal(double sigma) {
    return 1;
  }

  @Override
  default double noise(double sigma) {
    return sigma;
  }

  /** The noise itself, be it more than {@link #end}: the process goes on beyond where sampling starts. */
  @Override
  default double timeOf(double sigma) {
    return sigma;
  }

  @Override
  default double prior(double sigma) {
    return sigma;
  }
}
