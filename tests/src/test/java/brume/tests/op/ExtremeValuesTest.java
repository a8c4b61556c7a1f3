package brume.tests.op;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No function returns NaN or infinity where it need not, forward or backward. */
@Tag("gpu")
class ExtremeValuesTest {

  @ParameterizedTest(name = "{0} at {1} on {2}")
  @MethodSource("cases")
  void resultsAreFinite(OpCase op, Extreme extreme, String name, Backend backend) {
    OpRun.of(op, backend, extreme::values)
        .results()
        .forEach((result, values) -> assertTrue(
            Arrays.stream(values).allMatch(Double::isFinite),
            () -> Text.of(
                "%s at %s on %s: expected finite numbers, got %s = %s",
                op, extreme, name, result, Arrays.toString(values))));
  }

  @ParameterizedTest
  @MethodSource("exemptions")
  void exemptionsHaveAReason(String why) {
    assertFalse(why.isBlank());
  }

  static Stream<Arguments> cases() {
    return TestBackends.available().stream()
        .flatMap(backend -> OpCases.small().flatMap(op -> Arrays.stream(Extreme.values())
            .filter(extreme -> !op.exempt().containsKey(extreme))
            .map(extreme -> Arguments.of(op, extreme, backend.name(), backend))));
  }

  static Stream<String> exemptions() {
    return OpCases.small().flatMap(op -> op.exempt().values().stream());
  }
}
