package brume.nn.optim;

import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.reduce.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.StoredLayout;
import brume.nn.io.Weights;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResumeTest {

  @TempDir
  private Path folder;

  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  static List<Function<List<NamedParameter>, Optimizer>> optimizers() {
    return List.of(
        parameters -> new Adam(parameters, AdamConfig.adamW(0.01)),
        parameters -> new Sgd(parameters, new Sgd.Config(0.9, 0, true, 0.01)),
        parameters -> new Sgd(parameters, new Sgd.Config(0.9, 0.5, false, 0)),
        parameters -> new Muon(
            parameters, new Muon.Config(0.95, true, new AdamConfig(0.9, 0.99, 1e-8, 0.01, true))));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void anOptimizerGoesOnAsIfItHadNeverStopped(Function<List<NamedParameter>, Optimizer> make)
      throws IOException {
    List<NamedParameter> undisturbed = someParameter(), stopped = someParameter();
    train(make.apply(undisturbed), undisturbed, 7);

    Optimizer before = make.apply(stopped);
    train(before, stopped, 3);
    Weights.save(folder.resolve("optimizer.safetensors"), before.state());
    Optimizer after = make.apply(stopped);
    Weights.load(folder.resolve("optimizer.safetensors"), after.state());
    after.resumeAfter(before.steps());
    train(after, stopped, 4);
    assertArrayEquals(values(undisturbed), values(stopped));
  }

  @Test
  void anAverageGoesOnAsIfItHadNeverStopped() {
    EmaRule rule = EmaRule.EmaPytorch.ofTrainer(EmaRule.EmaPytorch.Version.V0_7_9, 0.9);
    List<NamedParameter> parameters = someParameter();
    Ema undisturbed = new Ema(rule, parameters), stopped = new Ema(rule, parameters);
    for (int i = 0; i < 120; i++) {
      parameters.get(0).variable().value().copyFrom(i, 2 * i, 3 * i);
      undisturbed.update();
      stopped.update();
      if (i == 113) {
        double[] average = values(stopped.state());
        long calls = stopped.steps();
        stopped = new Ema(rule, parameters);
        stopped.state().get(0).variable().value().copyFrom(average);
        stopped.resumeAfter(calls);
      }
    }
    assertArrayEquals(values(undisturbed.state()), values(stopped.state()));
    assertEquals(120, stopped.steps());
  }

  @Test
  void anAverageNeedsANetworkOfTheSameKind() {
    List<NamedParameter> parameters = someParameter();
    NamedParameter p = parameters.get(0);
    List<NamedParameter> other =
        List.of(new NamedParameter("other", p.variable(), StoredLayout.SAME));
    EmaRule rule = new EmaRule.DdpmTorch(0.99);
    assertThrows(IllegalArgumentException.class, () -> new Ema(rule, parameters, other));
  }

  /** Steps along the gradient of Σ p². */
  private static void train(Optimizer optimizer, List<NamedParameter> parameters, int steps) {
    Variable p = parameters.get(0).variable();
    for (int i = 0; i < steps; i++) {
      try (Scope step = Scope.open()) {
        Gradients gradients = sum(multiply(p, p)).backward();
        optimizer.step(gradients, 0.1);
      }
    }
  }

  private static List<NamedParameter> someParameter() {
    Tensor p = Tensor.of(Backends.reference(), Shape.of(3), 1, -2, 0.3f);
    return List.of(new NamedParameter("p", Variable.parameter(p), StoredLayout.SAME));
  }

  private static double[] values(List<NamedParameter> parameters) {
    return parameters.get(0).variable().value().toDoubles();
  }
}
