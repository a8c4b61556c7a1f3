package brume.diffusion.likelihood;

import static brume.diffusion.likelihood.DiscretizedLogLikelihood.discretizedLogLikelihood;
import static brume.diffusion.likelihood.NormalCdf.normalCdf;
import static brume.diffusion.likelihood.NormalKl.normalKl;
import static brume.diffusion.likelihood.NormalLogLikelihood.normalLogLikelihood;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.GradientCheck;
import brume.autograd.Variable;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("MustBeClosedChecker") // closed after each test
class LikelihoodTest {

  private final Scope scope = Scope.open();

  @AfterEach
  void closeScope() {
    scope.close();
  }

  @Test
  void gradientsAreThoseOfDifferences() {
    Variable x = of(-1, 0.2, 1), mean = of(-0.8, 0.3, 0.7), l = of(-2, -1.5, -0.3);
    Variable otherMean = of(0.1, -0.4, 0.6), otherL = of(-1, -2, 0.4);
    GradientCheck check = GradientCheck.standard();
    check.check(() -> normalCdf(mean), mean).requirePassed();
    check.check(() -> normalLogLikelihood(x, mean, l), x, mean, l).requirePassed();
    check
        .check(() -> normalKl(mean, l, otherMean, otherL), mean, l, otherMean, otherL)
        .requirePassed();
    check.check(() -> discretizedLogLikelihood(x, mean, l, 1e-12), x, mean, l).requirePassed();
  }

  @Test
  void divergenceIsZeroOnlyBetweenEqualDistributions() {
    Variable mean = of(0.1, -0.4), l = of(-1, 0.5);
    assertEquals(0, normalKl(mean, l, mean, l).value().toDoubles()[1], 1e-15);
    // KL(N(0, 1) ‖ N(1, 4)) = log 2 + (1 + 1)/8 − 1/2
    double kl = normalKl(of(0), of(0), of(1), of(Math.log(4))).value().item();
    assertEquals(Math.log(2) + 2.0 / 8 - 0.5, kl, 1e-15);
  }

  @Test
  void binsOfAllPixelsAddUpToOne() {
    double sum = 0;
    for (int pixel = 0; pixel < 256; pixel++) {
      Variable x = of(pixel / 127.5 - 1);
      sum += Math.exp(discretizedLogLikelihood(x, of(0.93), of(-1.2), 0).value().item());
    }
    assertEquals(1, sum, 1e-12);
  }

  @Test
  void impossiblePixelsHaveTheFloorAndNoGradient() {
    Variable mean = of(5);
    Variable y = discretizedLogLikelihood(of(0), mean, of(-6), 1e-12);
    assertEquals(Math.log(1e-12), y.value().item(), 1e-12);
    assertEquals(0, y.backward().of(mean).orElseThrow().item());
  }

  @Test
  void refusesShapesThatDiffer() {
    assertEquals(
        "normalLogLikelihood: expected three equal shapes, got x (1), mean (2) and logVariance (1)",
        assertThrows(ShapeException.class, () -> normalLogLikelihood(of(1), of(1, 2), of(1)))
            .getMessage());
  }

  private static Variable of(double... values) {
    return Variable.parameter(Tensor.of(Backends.reference(), Shape.of(values.length), values));
  }
}
