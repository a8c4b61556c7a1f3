package brume.tests.op;

import brume.autograd.GradientCheck;
import brume.autograd.Variable;
import brume.tensor.Scope;
import brume.tensor.kernel.Backends;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every derivative against central differences, in double precision. */
class GradientCheckTest {

  @ParameterizedTest
  @MethodSource("cases")
  void backwardAgreesWithDifferences(OpCase op) {
    try (Scope scope = Scope.open()) {
      Variable[] inputs = op.on(Backends.reference(), OpCase::normal);
      GradientCheck.standard().check(() -> op.function().apply(inputs), inputs).requirePassed();
    }
  }

  static Stream<OpCase> cases() {
    return OpCases.small();
  }
}
