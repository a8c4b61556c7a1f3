package brume.diffusion.guidance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.Level;
import brume.diffusion.process.Levels;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.ReverseVariance;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Estimate;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuidanceTest {

  private final Backend reference = Backends.reference();
  private final Scope scope = Scope.open();
  private final ReverseProcess process = ReverseProcess.of(
          NoiseSchedule.linear(10, 1e-3, 0.2), Prediction.EPSILON)
      .withClipping(Clipping.at(1));
  private final AtomicInteger asked = new AtomicInteger();

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void exaggeratesTheDifference() {
    Variable guided = new ClassifierFree(3, 0, 1).guided(of(1, 2), of(0.5, 3));
    assertArrayEquals(new double[] {2, 0}, guided.value().toDoubles(), 1e-12);
    Variable none = new ClassifierFree(0, 0, 1).guided(of(1, 2), of(0.5, 3));
    assertArrayEquals(new double[] {0.5, 3}, none.value().toDoubles(), 1e-12);
  }

  @Test
  void takesOutWhatIsAlongTheOutput() {
    Variable along = new ClassifierFree(3, 0, 0).guided(of(1, 2), of(-1, -2));
    assertArrayEquals(new double[] {1, 2}, along.value().toDoubles(), 1e-12);
    Variable half = new ClassifierFree(3, 0, 0.5).guided(of(1, 2), of(-1, -2));
    assertArrayEquals(new double[] {3, 6}, half.value().toDoubles(), 1e-12);
    Variable across = new ClassifierFree(2, 0, 0).guided(of(1, 2), of(-1, 3)); // u = (2, -1)
    assertArrayEquals(new double[] {3, 1}, across.value().toDoubles(), 1e-12);
  }

  @Test
  void bringsTheSpreadBack() {
    Variable guided = new ClassifierFree(3, 1, 1).guided(of(1, 2), of(0.5, 3)); // of (2, 0): twice
    assertArrayEquals(new double[] {1, 0}, guided.value().toDoubles(), 1e-12);
  }

  @Test
  void refusesOutputsOfTwoShapes() {
    ClassifierFree guidance = new ClassifierFree(3, 0, 1);
    assertThrows(ShapeException.class, () -> guidance.guided(of(1, 2), of(1)));
  }

  @Test
  void asksOnceForScaleOne() {
    Estimate own = estimates(0.3).at(of(1, 2), level());
    asked.set(0);
    Denoised known = estimates(0.3);
    Denoised guided = new Guidances.Free(1, 0.7, 0, false).of(known, estimates(-0.2));
    Estimate estimate = guided.at(of(1, 2), level());
    assertEquals(1, asked.get());
    assertArrayEquals(own.x0().value().toDoubles(), estimate.x0().value().toDoubles());
    assertFalse(new Guidances.Free(1, 0.7, 0, false).asksTwice());
    assertSame(known, new Guidances.None().of(known, guided));
  }

  @Test
  void guidesBeforeItClips() {
    Denoised guided = new Guidances.Free(3, 0, 1, false).of(estimates(0.3), estimates(-0.2));
    Estimate estimate = guided.at(of(1, 2), level());
    assertEquals(2, asked.get());
    assertArrayEquals(
        new double[] {1.3, 1.3}, estimate.output().value().toDoubles(), 1e-12); // 0.3 + 2·0.5
    Estimate expected = Estimate.of(process, level(), of(1, 2), of(1.3, 1.3));
    assertArrayEquals(expected.x0().value().toDoubles(), estimate.x0().value().toDoubles(), 1e-12);
    assertArrayEquals(
        expected.epsilon().value().toDoubles(), estimate.epsilon().value().toDoubles(), 1e-12);
  }

  @Test
  void plusPlusTakesTheNoiseFromWhatDoesNotKnowTheClass() {
    Denoised guided = new Guidances.Free(1, 0, 1, true).of(estimates(0.3), estimates(-0.2));
    Estimate estimate = guided.at(of(1, 2), level());
    Estimate with = estimates(0.3).at(of(1, 2), level());
    Estimate without = estimates(-0.2).at(of(1, 2), level());
    assertArrayEquals(with.x0().value().toDoubles(), estimate.x0().value().toDoubles());
    assertArrayEquals(
        without.predictedEpsilon().value().toDoubles(),
        estimate.predictedEpsilon().value().toDoubles());
    assertArrayEquals(
        without.epsilon().value().toDoubles(), estimate.epsilon().value().toDoubles());
    assertTrue(new Guidances.Free(1, 0, 1, true).asksTwice());
  }

  @Test
  void leadsWhereTheNoiseIsAsAsked() {
    double sigma = level().sigma();
    Guidances.Free here = new Guidances.Free(3, 0, 1, false, sigma, sigma);
    Guidances.Free below = new Guidances.Free(3, 0, 1, false, 0, sigma * 0.999);
    Guidances.Free above = new Guidances.Free(3, 0, 1, false, sigma * 1.001, 1e9);
    assertArrayEquals(new double[] {1.3, 1.3}, output(here), 1e-12);
    assertEquals(2, asked.getAndSet(0));
    assertArrayEquals(new double[] {0.3, 0.3}, output(below));
    assertArrayEquals(new double[] {0.3, 0.3}, output(above));
    assertEquals(2, asked.get(), "once each");
  }

  private double[] output(GuidanceSettings guidance) {
    return guidance
        .of(estimates(0.3), estimates(-0.2))
        .begin(of(1, 2).value())
        .at(of(1, 2), level())
        .output()
        .value()
        .toDoubles();
  }

  @Test
  void leavesLearnedVariancesAsTheClassHasThem() {
    ReverseProcess learned = process.withVariance(ReverseVariance.LEARNED_RANGE);
    Denoised known = (xt, level) -> Estimate.of(learned, level, xt, of(0.3, 0.3, 0.1, 0.2));
    Denoised unknown = (xt, level) -> Estimate.of(learned, level, xt, of(-0.2, -0.2, 0.7, 0.8));
    Estimate estimate = new Guidances.Free(3, 0, 1, false).of(known, unknown).at(of(1, 2), level());
    assertArrayEquals(
        new double[] {1.3, 1.3, 0.1, 0.2}, estimate.output().value().toDoubles(), 1e-12);
  }

  @Test
  void blendsWhatIsSaidOfTwoClasses() {
    Denoised first = estimates(0.4), second = estimates(-0.2);
    Estimate between = new BlendedEstimates(first, second, 0.25).at(of(1, 2), level());
    assertArrayEquals(new double[] {0.25, 0.25}, between.output().value().toDoubles(), 1e-12);
    asked.set(0);
    Estimate end = new BlendedEstimates(first, second, 1).at(of(1, 2), level());
    assertEquals(1, asked.get());
    assertArrayEquals(new double[] {-0.2, -0.2}, end.output().value().toDoubles(), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> new BlendedEstimates(first, second, 1.1));
  }

  /** Estimates of a network that says the same everywhere, which count how often they are asked. */
  private Denoised estimates(double output) {
    return (xt, level) -> {
      asked.incrementAndGet();
      return Estimate.of(process, level, xt, of(output, output));
    };
  }

  private Level level() {
    return Levels.all(process.q()).at(6);
  }

  /** One sample of one position. */
  private Variable of(double... values) {
    return Variable.constant(Tensor.of(reference, Shape.of(1, 1, values.length), values));
  }
}
