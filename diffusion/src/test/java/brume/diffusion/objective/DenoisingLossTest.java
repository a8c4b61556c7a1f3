package brume.diffusion.objective;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.GradientCheck;
import brume.autograd.Variable;
import brume.diffusion.likelihood.VariationalBound;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.ReverseVariance;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("MustBeClosedChecker") // closed after each test
class DenoisingLossTest {

  private final Scope scope = Scope.open();
  private final ForwardProcess q = new ForwardProcess(NoiseSchedule.cosine(50));
  private final Variable x0 = of(false, 0.5, -0.2, 0.9), epsilon = of(false, 1.1, -0.7, 0.3);
  private final Variable parameter = of(true, 0.4, -0.6, 0.8);
  private final int[] t = {3, 20, 49};

  @AfterEach
  void closeScope() {
    scope.close();
  }

  @Test
  void lossOfAPerfectDenoiserIsZero() {
    for (Prediction prediction :
        EnumSet.complementOf(EnumSet.of(Prediction.BOTH))) { // which has a loss of its own
      Denoiser perfect = query -> prediction.target(q, x0, t, epsilon);
      DenoisingLoss loss = new DenoisingLoss(q, prediction, LossWeighting.uniform());
      Noising noising = Noising.of(t, epsilon, false);
      assertEquals(0, loss.loss(perfect, x0, noising, Pass.inference()).value().item(), 1e-25);
    }
  }

  @Test
  void selfConditioningGivesAnUnclippedEstimateWithoutGradient() {
    List<Variable> given = new ArrayList<>();
    Denoiser denoiser = new Denoiser() {
      @Override
      public Variable predict(Query query) {
        Variable answer = multiply(parameter, query.xt());
        Optional<Variable> estimate = query.condition().former();
        estimate.ifPresent(given::add);
        return estimate.isEmpty() ? answer : add(answer, estimate.get());
      }

      @Override
      public boolean isSelfConditioned() {
        return true;
      }
    };
    DenoisingLoss loss = new DenoisingLoss(q, Prediction.EPSILON, LossWeighting.uniform());
    loss.loss(denoiser, x0, Noising.of(t, epsilon, false), Pass.inference());
    assertEquals(0, given.size());
    Variable conditioned = loss.loss(denoiser, x0, Noising.of(t, epsilon, true), Pass.inference());
    assertEquals(1, given.size());
    Variable xt = q.sample(x0, t, epsilon);
    double[] estimate = q.x0FromEpsilon(xt, t, multiply(parameter, xt)).value().toDoubles();
    assertArrayEquals(estimate, given.get(0).value().toDoubles());
    assertEquals(false, given.get(0).requiresGradient());

    // d loss/d parameter = 2/3·(output − ε)·x_t, as the estimate counts as a constant
    double[] gradient = conditioned.backward().of(parameter).orElseThrow().toDoubles();
    double[] x = xt.value().toDoubles(), e = epsilon.value().toDoubles();
    double[] p = parameter.value().toDoubles();
    for (int n = 0; n < 3; n++) {
      double output = p[n] * x[n] + estimate[n];
      assertEquals(2.0 / 3 * (output - e[n]) * x[n], gradient[n], 1e-12);
    }
  }

  @Test
  void gradientsOfLossesAreThoseOfDifferences() {
    Denoiser plain = query -> multiply(parameter, query.xt());
    Variable variance = of(true, 0.2, -0.3, 0.1);
    Noising noising = Noising.of(t, epsilon, false);
    Pass pass = Pass.inference();
    DenoisingLoss simple = new DenoisingLoss(q, Prediction.V, LossWeighting.uniform());
    GradientCheck.standard()
        .check(() -> simple.loss(plain, x0, noising, pass), parameter)
        .requirePassed();

    ReverseProcess learned =
        new ReverseProcess(q, Prediction.V, ReverseVariance.LEARNED_RANGE, Clipping.none());
    VariationalLoss bound = new VariationalLoss(new VariationalBound(learned, 1e-12), 1);
    Denoiser doubled = query -> concatenate(multiply(parameter, query.xt()), variance);
    GradientCheck.standard()
        .check(() -> bound.loss(doubled, x0, noising, pass), parameter, variance)
        .requirePassed();
  }

  @Test
  void anAbsoluteErrorCountsDistances() {
    Denoiser constant = query -> parameter;
    Noising noising = Noising.of(t, epsilon, false);
    DenoisingLoss loss =
        new DenoisingLoss(q, Prediction.EPSILON, LossWeighting.uniform(), ErrorMeasure.ABSOLUTE);
    Variable error = loss.loss(constant, x0, noising, Pass.inference());
    assertEquals((0.7 + 0.1 + 0.5) / 3, error.value().item(), 1e-12); // |parameter - epsilon|
    GradientCheck.standard()
        .check(() -> loss.loss(constant, x0, noising, Pass.inference()), parameter)
        .requirePassed();
  }

  @Test
  void aHuberErrorIsASquareWhereSmallAndADistanceWhereLarge() {
    Denoiser constant = query -> parameter; // its errors are 0.7, 0.1 and 0.5
    Noising noising = Noising.of(t, epsilon, false);
    DenoisingLoss loss =
        new DenoisingLoss(q, Prediction.EPSILON, LossWeighting.uniform(), ErrorMeasure.huber(0.4));
    Variable error = loss.loss(constant, x0, noising, Pass.inference());
    double expected = 0.4 * (0.7 - 0.2) + 0.1 * 0.1 / 2 + 0.4 * (0.5 - 0.2);
    assertEquals(expected / 3, error.value().item(), 1e-12);
    GradientCheck.standard()
        .check(() -> loss.loss(constant, x0, noising, Pass.inference()), parameter)
        .requirePassed();
    assertEquals(
        "huber: expected a delta above 0, got 0.0",
        assertThrows(IllegalArgumentException.class, () -> ErrorMeasure.huber(0))
            .getMessage());
  }

  @Test
  void weightsFollowTheSignalToNoiseRatio() {
    Denoiser constant = query -> parameter;
    Noising noising = Noising.of(t, epsilon, false);
    double[] plain = weighted(LossWeighting.uniform(), constant, noising);
    double[] bySnr = weighted(LossWeighting.snr(), constant, noising);
    for (int n = 0; n < t.length; n++) {
      double alphaBar = q.schedule().alphaBar(t[n]);
      assertEquals(plain[n] * alphaBar / (1 - alphaBar), bySnr[n], 1e-12 * bySnr[n]);
    }
  }

  private double[] weighted(LossWeighting weighting, Denoiser denoiser, Noising noising) {
    return new DenoisingLoss(q, Prediction.X0, weighting)
        .losses(denoiser, x0, noising, Pass.inference())
        .value()
        .toDoubles();
  }

  @Test
  void theBoundOfAHybridLossTeachesOnlyTheVariance() {
    Variable variance = of(true, 0.2, -0.3, 0.1);
    Denoiser doubled = query -> concatenate(multiply(parameter, query.xt()), variance);
    Denoiser plain = query -> multiply(parameter, query.xt());
    Noising noising = Noising.of(t, epsilon, false);
    DenoisingLoss simple = new DenoisingLoss(q, Prediction.EPSILON, LossWeighting.uniform());
    VariationalBound bound = new VariationalBound(
        new ReverseProcess(q, Prediction.EPSILON, ReverseVariance.LEARNED_RANGE, Clipping.none()),
        1e-12);
    for (HybridLoss.Stop stop : HybridLoss.Stop.values()) {
      var gradients = new HybridLoss(simple, bound, 0.5, stop)
          .loss(doubled, x0, noising, Pass.inference())
          .backward();
      var ofBound = new VariationalLoss(bound, 0.5)
          .loss(doubled, x0, noising, Pass.inference())
          .backward();
      var ofError = simple.loss(plain, x0, noising, Pass.inference()).backward();
      assertArrayEquals(
          ofError.of(parameter).orElseThrow().toDoubles(),
          gradients.of(parameter).orElseThrow().toDoubles(),
          1e-12);
      assertArrayEquals(
          ofBound.of(variance).orElseThrow().toDoubles(),
          gradients.of(variance).orElseThrow().toDoubles(),
          1e-12);
    }
  }

  private static Variable of(boolean parameter, double... values) {
    Tensor t = Tensor.of(Backends.reference(), Shape.of(values.length, 1), values);
    return parameter ? Variable.parameter(t) : Variable.constant(t);
  }
}
