package brume.diffusion.sampler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Karras et al. (2022), algorithm 2, line 5. */
class ChurnTest {

  @Test
  void allStepsShareTheNoise() {
    Churn churn = new Churn(3, 0, Double.POSITIVE_INFINITY, 1);
    assertEquals(3.0 / 10, churn.gamma(1, 10));
    assertEquals(3.0 / 100, churn.gamma(1, 100));
    assertEquals(0, Churn.NONE.gamma(1, 10));
  }

  @Test
  void theVarianceIsDoubledAtMost() {
    double most = new Churn(80, 0, Double.POSITIVE_INFINITY, 1).gamma(1, 10);
    assertEquals(2, (1 + most) * (1 + most), 1e-12);
  }

  @Test
  void noneComesOutsideOfItsRange() {
    Churn churn = new Churn(2, 0.05, 50, 1.003);
    assertEquals(0.1, churn.gamma(0.05, 20));
    assertEquals(0.1, churn.gamma(50, 20));
    assertEquals(0, churn.gamma(0.049, 20));
    assertEquals(0, churn.gamma(50.1, 20));
    assertEquals(
        0, new Churn(2, 0, Double.POSITIVE_INFINITY, 1).gamma(Double.POSITIVE_INFINITY, 20));
  }

  @Test
  void lessThanNoneIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Churn(-1, 0, 1, 1));
  }
}
