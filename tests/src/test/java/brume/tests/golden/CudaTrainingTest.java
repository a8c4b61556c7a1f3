package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Scope;
import brume.tensor.kernel.Backend;
import brume.tests.op.TestBackends;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** U-Nets trained by CUDA kernels on a GPU or an emulated one go the way that PyTorch went. */
@Tag("gpu")
class CudaTrainingTest {

  @ParameterizedTest
  @MethodSource("trainings")
  void sixStepsFollowTheTrajectory(GoldenCase training) throws Exception {
    Backend gpu = TestBackends.gpu();
    Comparison results = new Comparison(training, new Tolerance(gpu.defaultDType()));
    try (Scope scope = Scope.open()) {
      CaseRunners.forCase(training).orElseThrow().run(training, gpu, results);
    }
    assertTrue(results.complaints().isEmpty(), () -> String.join("\n  ", results.complaints()));
  }

  @Test
  void thereAreTrainings() throws IOException {
    assertEquals(5, trainings().count());
  }

  static Stream<GoldenCase> trainings() throws IOException {
    List<GoldenCase> shipped = GoldenCases.in(GoldenCases.shipped());
    return shipped.stream().filter(asked -> asked.kind().equals("train"));
  }
}
