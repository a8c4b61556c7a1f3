package brume.bench.gpu;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.AdamCoefficients;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A few steps of Adam on all parameters of a network at once, and of their averages.
 *
 * @param parameters shapes
 */
record OptimizerSteps(List<Shape> parameters) implements Operation {

  private static final RandomKey NUMBERS = RandomKey.of(2026).child("optimizer");
  private static final int STEPS = 3;
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double AVERAGED = 0.25;

  @Override
  public String name() {
    return Text.of("%d steps of Adam and averages of %d parameters", STEPS, parameters.size());
  }

  @Override
  public Map<String, double[]> on(Backend device) {
    try (Scope scope = Scope.open()) {
      List<Tensor> p = normal(device, "p"), m = zeros(p), v = zeros(p), averages = zeros(p);
      for (int step = 1; step <= STEPS; step++) {
        try (Scope inner = Scope.open()) {
          double c1 = 1 - Math.pow(BETA1, step), c2 = 1 - Math.pow(BETA2, step);
          AdamCoefficients at = new AdamCoefficients(1e-2, BETA1, BETA2, 1e-8, 0, 0, c1, c2);
          device.optimizer().adam(at, normal(device, "g" + step), p, m, v);
          device.optimizer().average(AVERAGED, p, averages);
        }
      }
      Map<String, double[]> results = new LinkedHashMap<>();
      results.put("p", numbers(p));
      results.put("m", numbers(m));
      results.put("v", numbers(v));
      results.put("averages", numbers(averages));
      return results;
    }
  }

  private List<Tensor> normal(Backend device, String name) {
    List<Tensor> tensors = new ArrayList<>();
    for (Shape shape : parameters) {
      float[] values = new float[shape.size()];
      NUMBERS.child(name, tensors.size()).fillNormal(0, values, 0, values.length);
      tensors.add(Tensor.of(device, shape, values));
    }
    return tensors;
  }

  private static List<Tensor> zeros(List<Tensor> others) {
    List<Tensor> tensors = others.stream().map(Tensor::like).toList();
    tensors.forEach(t -> Backend.of(t).elementwise().fill(0, t));
    return tensors;
  }

  private static double[] numbers(List<Tensor> tensors) {
    return tensors.stream()
        .map(Tensor::toDoubles)
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }
}
