package brume.diffusion.process;

import brume.tensor.Text;
import java.util.Arrays;

/**
 * How much noise there is: one row of a table, at which a network can be asked.
 *
 * @param table of all levels of a way from noise to data
 * @param k its row, 0 for the one with the least noise
 */
public record Level(Levels table, int k) {

  /** Refuses rows that are not there. {@inheritDoc} */
  public Level {
    if (k < 0 || k >= table.count()) {
      throw new IllegalArgumentException(
          Text.of("level: expected a row from 0 to %d, got %d", table.count() - 1, k));
    }
  }

  /**
   * The process whose time k this is.
   *
   * @return with a time for every row of the table
   */
  public ForwardProcess q() {
    return table.q();
  }

  /**
   * What a network is told.
   *
   * @return a time of the process it was trained on, maybe between two of them
   */
  public double time() {
    return table.time(k);
  }

  /**
   * The level with less noise next to it.
   *
   * @return row k − 1
   */
  public Level before() {
    return new Level(table, k - 1);
  }

  /**
   * Standard deviation of what is left of the data.
   *
   * @return √ᾱ
   */
  public double signal() {
    return q().signal(k);
  }

  /**
   * Standard deviation of the noise.
   *
   * @return √(1 − ᾱ)
   */
  public double noise() {
    return q().noise(k);
  }

  /**
   * Noise for each unit of data.
   *
   * @return σ = √((1 − ᾱ)/ᾱ), infinite where nothing is left of the data
   */
  public double sigma() {
    return noise() / signal();
  }

  /**
   * Logarithm of the signal-to-noise ratio.
   *
   * @return log(ᾱ/(1 − ᾱ)) = −2·log σ
   */
  public double logSnr() {
    return Math.log(q().schedule().snr(k));
  }

  /**
   * The row of every sample of a batch.
   *
   * @param samples N
   * @return (N) times k, as the equations of {@link #q} want them
   */
  public int[] rows(int samples) {
    int[] rows = new int[samples];
    Arrays.fill(rows, k);
    return rows;
  }

  /**
   * The time of every sample of a batch.
   *
   * @param samples N
   * @return (N) {@link #time}
   */
  public double[] times(int samples) {
    double[] times = new double[samples];
    Arrays.fill(times, time());
    return times;
  }
}
