package brume.diffusion.optimize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.optimize.PostHoc.Profile;
import brume.nn.optim.EmaRule.PowerFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class PostHocTest {

  private static final int STEPS = 400, EVERY = 40;
  private static final double[] WIDTHS = {0.05, 0.1};

  private static List<Profile> kept() {
    List<Profile> kept = new ArrayList<>();
    for (int step = EVERY; step <= STEPS; step += EVERY) {
      for (double width : WIDTHS) {
        kept.add(new Profile(step, gamma(width)));
      }
    }
    return kept;
  }

  private static double gamma(double width) {
    return PowerFunction.ofWidth(width).gamma();
  }

  /** By the midpoint rule, (γ + 1)·τ^γ/t^(γ + 1) each. */
  @Test
  void productsAreIntegralsOfProfiles() {
    Profile a = new Profile(30, 2.5), b = new Profile(50, 7);
    double sum = 0, h = 1e-3;
    for (double tau = h / 2; tau < 30; tau += h) {
      sum += h
          * (3.5 * Math.pow(tau, 2.5) / Math.pow(30, 3.5))
          * (8 * Math.pow(tau, 7) / Math.pow(50, 8));
    }
    assertEquals(sum, a.times(b), 1e-6 * sum);
    assertEquals(sum, b.times(a), 1e-6 * sum);
  }

  @Test
  void anAverageThatWasKeptIsItself() {
    List<Profile> kept = kept();
    double[] expected = new double[kept.size()];
    expected[7] = 1;
    assertArrayEquals(expected, PostHoc.weights(kept, kept.get(7)), 1e-7);
  }

  /** The average of a parameter that is (τ/T)^a is (γ + 1)/(γ + a + 1)·(t/T)^a. */
  @Test
  void rebuildsWidthsThatWereNotKept() {
    List<Profile> kept = kept();
    for (double width : new double[] {0.06, 0.08, 0.12, 0.15}) {
      double gamma = gamma(width);
      double[] weights = PostHoc.shares(kept, new Profile(STEPS, gamma));
      for (double power : new double[] {0, 1, 2, 3}) {
        DoubleUnaryOperator direct = g -> (g + 1) / (g + power + 1);
        double rebuilt = 0;
        for (int i = 0; i < weights.length; i++) {
          rebuilt += weights[i]
              * direct.applyAsDouble(kept.get(i).gamma())
              * Math.pow(kept.get(i).time() / STEPS, power);
        }
        assertEquals(direct.applyAsDouble(gamma), rebuilt, 2e-3, width + ", " + power);
      }
    }
  }

  @Test
  void whatIsKeptTwiceIsRefused() {
    Profile one = new Profile(10, 3);
    assertThrows(
        IllegalArgumentException.class,
        () -> PostHoc.weights(List.of(one, one), new Profile(10, 4)));
    assertTrue(assertThrows(IllegalArgumentException.class, () -> new Profile(0, 3))
        .getMessage()
        .startsWith("profile of an average: expected a time above 0"));
  }
}
