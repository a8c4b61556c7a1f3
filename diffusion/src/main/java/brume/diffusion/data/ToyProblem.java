package brume.diffusion.data;

import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Distributions in the plane, with a variance of about 1 along each axis; noise, radius and gap are
 * those of ddpm-torch ({@code toy_data.py}).
 */
public enum ToyProblem {
  /** Eight narrow Gaussians on a circle. */
  GAUSSIAN8("8 Gaussians on a circle") {
    @Override
    double[] point(RandomKey key, long i) {
      double noise = 0.02, radius = 2, deviation = Math.sqrt(noise * noise + radius * radius / 2);
      double angle = key.child("mode").below(i, 8) * Math.PI / 4;
      return new double[] {
        (radius * Math.cos(angle) + noise * x(key, i)) / deviation,
        (radius * Math.sin(angle) + noise * y(key, i)) / deviation
      };
    }
  },
  /** 25 narrow Gaussians on a grid, of which every 25 points in a row have one each. */
  GAUSSIAN25("25 Gaussians on a grid") {
    @Override
    double[] point(RandomKey key, long i) {
      double noise = 0.05, gap = 2, deviation = Math.sqrt(noise * noise + gap * gap * 2);
      long mode = i % 25;
      return new double[] {
        (gap * (mode / 5 - 2) + noise * x(key, i)) / deviation,
        (gap * (mode % 5 - 2) + noise * y(key, i)) / deviation
      };
    }
  },
  /** A spiral of one and a half turns: (t·cos t, t·sin t) for t from 3π/2 to 9π/2, with noise. */
  SWISSROLL("a Swiss roll") {
    @Override
    double[] point(RandomKey key, long i) {
      double noise = 0.25, t = 1.5 * Math.PI * (1 + 2 * key.child("turn").uniform(i));
      // E[t²]/2 = 39π²/8, and the means are 2 and 2/(3π).
      double common = 39 * Math.PI * Math.PI / 8 + noise * noise;
      double ofX = common - 0.25 - 4, ofY = common + 0.25 - 4 / (9 * Math.PI * Math.PI);
      return new double[] {
        (t * Math.cos(t) + noise * x(key, i)) / Math.sqrt(ofX),
        (t * Math.sin(t) + noise * y(key, i)) / Math.sqrt(ofY)
      };
    }
  };

  private final String description;

  ToyProblem(String description) {
    this.description = description;
  }

  /** Point i of a key: x and y. */
  abstract double[] point(RandomKey key, long i);

  /**
   * What it is in words.
   *
   * @return such as {@code 8 Gaussians on a circle}
   */
  public String description() {
    return description;
  }

  /**
   * Finds a problem.
   *
   * @param name as printed, in any case
   * @return its constant
   * @throws IllegalArgumentException if there is none of that name
   */
  public static ToyProblem named(String name) {
    return Arrays.stream(values())
        .filter(candidate -> candidate.toString().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(Text.of(
            "toy problem: expected one of %s, got %s",
            Arrays.stream(values()).map(ToyProblem::toString).collect(Collectors.joining(", ")),
            name)));
  }

  /** The name in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static double x(RandomKey key, long i) {
    return key.child("noise").normal(2 * i);
  }

  private static double y(RandomKey key, long i) {
    return key.child("noise").normal(2 * i + 1);
  }
}
