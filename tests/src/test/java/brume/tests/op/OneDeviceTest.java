package brume.tests.op;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.tensor.Device;
import brume.tensor.DeviceException;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Functions of tensors on two devices are refused with a sentence that names both. */
class OneDeviceTest {

  @ParameterizedTest(name = "{0}: input {1} on {3}, the others on {2}")
  @MethodSource("cases")
  void namesBothDevices(OpCase op, int stray, String here, String there, Device a, Device b) {
    try (Scope scope = Scope.open()) {
      Variable[] inputs = op.on(a, OpCase::normal);
      inputs[stray] = op.on(b, OpCase::normal)[stray];
      Exception e = assertThrows(
          DeviceException.class,
          () -> computeAndGoBack(op, inputs),
          () -> op + " of input " + stray);
      assertTrue(names(e.getMessage(), here) && names(e.getMessage(), there), e.getMessage());
    }
  }

  /** What a function never reads together forward, it must not deliver backward. */
  private static void computeAndGoBack(OpCase op, Variable[] inputs) {
    Variable y = op.function().apply(inputs);
    float[] dy = op.normal(0, y.shape().size());
    y.backward(Tensor.of(y.value().device(), y.shape(), dy));
  }

  private static boolean names(String message, String device) {
    return message.contains("one on " + device)
        || message.contains("one on a GPU") && device.equals(TestBackends.gpu().name());
  }

  static Stream<Arguments> cases() {
    List<Backend> backends = TestBackends.available();
    return OpCases.small().filter(op -> op.inputs().size() > 1).flatMap(op -> IntStream.range(
            0, op.inputs().size())
        .boxed()
        .flatMap(stray -> backends.stream().flatMap(a -> backends.stream()
            .filter(b -> b != a)
            .map(b -> Arguments.of(op, stray, a.name(), b.name(), a, b)))));
  }
}
