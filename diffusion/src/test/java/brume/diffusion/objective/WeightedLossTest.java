package brume.diffusion.objective;

import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.DiscreteSettings;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseVariance;
import brume.diffusion.process.Schedules;
import brume.diffusion.settings.SettingException;
import brume.nn.Pass;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import org.junit.jupiter.api.Test;

class WeightedLossTest {

  private final Backend on = Backends.reference();
  private final ForwardProcess q = new ForwardProcess(NoiseSchedule.cosine(10));

  private Variable constant(double... values) {
    return Variable.constant(Tensor.of(on, Shape.of(2, values.length / 2), values));
  }

  private double loss(double noiseWeight, double dataWeight, double noiseOff, double dataOff) {
    Variable x0 = constant(0.3, -0.7), epsilon = constant(1.1, -0.2);
    Variable told = concatenate(
        concatenate(affine(epsilon, 1, noiseOff), affine(x0, 1, dataOff)),
        constant(0, 0, 0, 0)); // both count half
    return new WeightedLoss(q, noiseWeight, dataWeight)
        .loss(query -> told, x0, Noising.of(new int[] {2, 2}, epsilon, false), Pass.inference())
        .value()
        .item();
  }

  @Test
  void eachErrorCountsByItsWeight() {
    try (Scope scope = Scope.open()) {
      double perData = q.noise(2) / q.signal(2); // error of the data for one of the noise
      assertEquals(0, loss(0.3, 0.7, 0, 0), 1e-12);
      assertEquals(0.25 * 0.01 + 0.7 * 0.01, loss(0.3, 0.7, 0, 0.1), 1e-9);
      assertEquals(0.01 * 0.25 * perData * perData + 0.3 * 0.01, loss(0.3, 0.7, 0.1, 0), 1e-9);
    }
  }

  @Test
  void itGoesWithNetworksThatTellBoth() {
    ObjectiveSettings weighted = Objectives.CATALOG.named("weighted").defaults();
    ObjectiveSettings denoising = Objectives.CATALOG.named("denoising").defaults();
    Schedules.Cosine cosine = new Schedules.Cosine(0.008);
    assertEquals(
        8,
        DiscreteSettings.of(10, cosine, Prediction.BOTH).create(Clipping.none()).outputs(3));
    assertSentence(
        "{predict}: expected both ",
        () ->
            weighted.create(DiscreteSettings.of(10, cosine, Prediction.V).create(Clipping.none())));
    assertSentence(
        "{objective}: expected weighted ",
        () -> denoising.create(
            DiscreteSettings.of(10, cosine, Prediction.BOTH).create(Clipping.none())));
    assertSentence("{variance}: expected a fixed one ", () -> new DiscreteSettings(
            10, cosine, false, Prediction.BOTH, ReverseVariance.LEARNED_RANGE, false)
        .create(Clipping.none()));
  }

  private static void assertSentence(String begin, org.junit.jupiter.api.function.Executable what) {
    String message = assertThrows(SettingException.class, what).getMessage();
    assertEquals(begin, message.substring(0, begin.length()));
  }
}
