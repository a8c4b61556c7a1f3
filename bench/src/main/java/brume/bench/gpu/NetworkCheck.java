package brume.bench.gpu;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.bench.StepNetwork;
import brume.nn.NamedParameter;
import brume.tensor.Scope;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whether a whole network has the loss and the gradients that it has elsewhere, to 1e-4 of each tensor's
 * largest value. Gradients that are rounding errors only count by the largest of all.
 *
 * @param shape of the network
 * @param other the backend that tells what is right
 */
record NetworkCheck(String shape, Backend other) implements Check {

  private static final double TOLERANCE = 1e-4;
  private static final double SMALL = 1e-2; // part of the largest gradient of all

  @Override
  public void run(Backend device, Verdicts verdicts) {
    Map<String, double[]> expected = gradients(other), actual = gradients(device);
    Deviation most = Deviation.between(expected, actual, SMALL);
    verdicts.judge(
        most.relative() <= TOLERANCE,
        Text.of("loss and %d gradients of %s", expected.size() - 1, shape),
        Text.of("%s from %s; allowed %.0e of the largest value", most, other.name(), TOLERANCE));
  }

  private Map<String, double[]> gradients(Backend device) {
    try (Scope scope = Scope.open()) {
      StepNetwork network = StepNetwork.of(device, shape);
      Variable loss = network.loss(0);
      Map<String, double[]> results = new LinkedHashMap<>();
      results.put("loss", loss.value().toDoubles());
      Gradients gradients = loss.backward();
      for (NamedParameter parameter : network.parameters()) {
        gradients
            .of(parameter.variable())
            .ifPresent(gradient -> results.put(parameter.path(), gradient.toDoubles()));
      }
      return results;
    }
  }
}
