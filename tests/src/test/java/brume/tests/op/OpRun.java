package brume.tests.op;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a function computed on one backend.
 *
 * @param results the output {@code y} and the gradients {@code dx0}, {@code dx1}, ...
 */
record OpRun(Map<String, double[]> results) {

  private static final int DY = 1000; // number of no input

  static OpRun of(OpCase op, Backend backend, OpCase.Values values) {
    try (Scope scope = Scope.open()) {
      Map<String, double[]> results = new LinkedHashMap<>();
      Variable[] inputs = op.on(backend, values);
      Variable y = op.function().apply(inputs);
      results.put("y", y.value().toDoubles());
      float[] dy = op.normal(DY, y.shape().size());
      Gradients gradients = y.backward(Tensor.of(backend, y.shape(), dy));
      for (int i = 0; i < inputs.length; i++) {
        Variable input = inputs[i];
        if (input.requiresGradient()) {
          results.put("dx" + i, gradients.of(input).orElseThrow().toDoubles());
        }
      }
      return new OpRun(results);
    }
  }
}
