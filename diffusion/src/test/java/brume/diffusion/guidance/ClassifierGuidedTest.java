package brume.diffusion.guidance;

import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Pointwise.tanh;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.objective.NoisyClassifier;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Level;
import brume.diffusion.process.Levels;
import brume.diffusion.process.Mix;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Estimate;
import brume.nn.Denoiser;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Numbers of two classes, around −m and m with variance v: everything is known of them. With s and n the
 * shares of a level and w = s²·v + n²,
 *
 * <pre>
 *   p(class 1 | x) = 1/(1 + exp(−2·s·m·x/w))
 *   E[x_0 | x, class] = ±m + s·v/w·(x ∓ s·m)
 *   E[x_0 | x] = s·v/w·x + (1 − s²·v/w)·m·tanh(s·m·x/w)
 * </pre>
 */
class ClassifierGuidedTest {

  private static final Device ON = Backends.reference();
  private static final double M = 0.6, V = 0.04;
  private static final double[] X = {-1.3, -0.2, 0.05, 0.4, 2.0};

  private static final Levels LEVELS =
      Levels.all(new ForwardProcess(NoiseSchedule.cosine(20, 0.008)));

  private static double w(Level level) {
    return level.signal() * level.signal() * V + level.noise() * level.noise();
  }

  /** What is known of both classes together. */
  private static final Denoised BOTH = (xt, level) -> {
    double s = level.signal(), w = w(level);
    Variable side = tanh(affine(xt, s * M / w, 0));
    return Estimate.ofData(level, xt, Mix.mix(s * V / w, xt, (1 - s * s * V / w) * M, side));
  };

  /** The true classifier; only differences of logits count. */
  private static Denoiser classifier(Level level) {
    return query -> {
      Variable logit = affine(query.xt(), 2 * level.signal() * M / w(level), 0);
      return concatenate(affine(logit, 0, 0), logit);
    };
  }

  private static Estimate led(Level level, int label, double scale, Clipping clipping) {
    int[] labels = new int[X.length];
    Arrays.fill(labels, label);
    Variable xt = Variable.constant(Tensor.of(ON, Shape.of(X.length, 1, 1, 1), X));
    return new ClassifierGuided(
            BOTH, new NoisyClassifier(classifier(level)), labels, scale, clipping)
        .at(xt, level);
  }

  @Test
  void scaleOneKnowsWhatTheClassKnows() {
    try (Scope scope = Scope.open();
        Tape.Pause pause = Tape.pause()) {
      for (int k = 0; k < LEVELS.count(); k++) {
        Level level = LEVELS.at(k);
        if (level.isNoise()) {
          continue;
        }
        double s = level.signal(), n = level.noise(), w = w(level);
        for (int label = 0; label < 2; label++) {
          double m = label == 0 ? -M : M;
          double[] x0 = new double[X.length], epsilon = new double[X.length];
          for (int i = 0; i < X.length; i++) {
            x0[i] = m + s * V / w * (X[i] - s * m);
            epsilon[i] = (X[i] - s * x0[i]) / n;
          }
          Estimate led = led(level, label, 1, Clipping.none());
          assertArrayEquals(x0, led.x0().value().toDoubles(), 1e-9, "level " + k);
          assertArrayEquals(epsilon, led.epsilon().value().toDoubles(), 1e-9, "level " + k);
          assertArrayEquals(
              epsilon, led.predictedEpsilon().value().toDoubles(), 1e-9, "level " + k);
        }
      }
    }
  }

  @Test
  void whatIsLedIsClipped() {
    try (Scope scope = Scope.open();
        Tape.Pause pause = Tape.pause()) {
      Estimate led = led(LEVELS.at(10), 1, 50, Clipping.unit());
      assertEquals(1, led.x0().value().toDoubles()[2]);
    }
  }

  @Test
  void recordsOnlyWhileItAsks() {
    try (Scope scope = Scope.open();
        Tape.Pause pause = Tape.pause()) {
      led(LEVELS.at(3), 1, 1, Clipping.none());
      assertEquals(false, Tape.isRecording());
    }
    assertEquals(true, Tape.isRecording());
  }
}
