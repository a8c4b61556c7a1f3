package brume.diffusion.data;

import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.util.Locale;
import java.util.Objects;

/**
 * Sums of a few sines: series that a small network learns in minutes, of which everything is known.
 * Series n is
 *
 * <pre>
 *   y(i) = Σₖ aₖ sin(2π (fₖ i / L + φₖ)),   Σₖ aₖ = 1
 * </pre>
 *
 * with {@value #SINES} sines of 1 to 4 periods each, so that it stays within ±1, which becomes 0 and
 * 1. Nothing is stored: series n follows from n.
 */
public final class Waves implements Dataset {

  /** How many sines are in each series. */
  static final int SINES = 3;

  private static final double MOST_PERIODS = 4;

  private final int length;
  private final int count;
  private final RandomKey amplitude;
  private final RandomKey periods;
  private final RandomKey phase;

  private Waves(int length, int count) {
    RandomKey key = RandomKey.of(0).child("waves");
    this.length = length;
    this.count = count;
    this.amplitude = key.child("amplitude");
    this.periods = key.child("periods");
    this.phase = key.child("phase");
  }

  /**
   * The first series of the set; of another length, they are the same curves.
   *
   * @param length L, values of each, at least 1
   * @param count how many, at least 1
   * @return the series
   */
  public static Waves of(int length, int count) {
    if (length < 1 || count < 1) {
      throw new IllegalArgumentException(Text.of(
          "waves: expected a length and a count of 1 or more, got %d and %d", length, count));
    }
    return new Waves(length, count);
  }

  @Override
  public int size() {
    return count;
  }

  @Override
  public int height() {
    return 1;
  }

  @Override
  public int width() {
    return length;
  }

  @Override
  public int channels() {
    return 1;
  }

  @Override
  public void read(int index, boolean flipped, float[] into, int offset) {
    Objects.checkIndex(index, count);
    double[] a = new double[SINES], f = new double[SINES], turn = new double[SINES];
    double sum = 0;
    for (int k = 0; k < SINES; k++) {
      long number = (long) SINES * index + k;
      a[k] = 0.1 + 0.9 * amplitude.uniform(number);
      f[k] = 1 + (MOST_PERIODS - 1) * periods.uniform(number);
      turn[k] = phase.uniform(number);
      sum += a[k];
    }
    for (int i = 0; i < length; i++) {
      double y = 0;
      for (int k = 0; k < SINES; k++) {
        y += a[k] * Math.sin(2 * Math.PI * (f[k] * i / length + turn[k]));
      }
      into[offset + (flipped ? length - 1 - i : i)] = (float) ((y / sum + 1) / 2);
    }
  }

  @Override
  public String source() {
    return "sums of " + SINES + " sines";
  }

  @Override
  public String describe() {
    return String.format(
        Locale.ROOT, "%,d series of %,d steps, 1 channel, from %s", count, length, source());
  }
}
