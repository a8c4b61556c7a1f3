package brume.tests.golden;

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

/**
 * Networks for text and those of newer papers compute on a GPU or an emulated one what their systems
 * compute; U-Nets train there in {@link CudaTrainingTest}.
 */
@Tag("gpu")
class CudaNetworksTest {

  /** One of each other family: a few seconds are enough, as operations are tested one by one. */
  private static final List<String> OTHERS = List.of(
      "models/diffusers/dit_plain_patch1/case",
      "models/lucidrains_simple/uvit_patch2",
      "models/lucidrains_karras/unet_train_classes",
      "models/lucidrains_karras/unet3d",
      "models/edm/song_skip");

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void computesWhatItsSystemDoes(GoldenCase network) throws Exception {
    Backend gpu = TestBackends.gpu();
    Comparison results = new Comparison(network, new Tolerance(gpu.defaultDType()));
    try (Scope scope = Scope.open()) {
      CaseRunners.forCase(network).orElseThrow().run(network, gpu, results);
    }
    assertTrue(results.complaints().isEmpty(), () -> String.join("\n  ", results.complaints()));
  }

  @Test
  void thereAreNetworksOfBothKinds() throws IOException {
    List<String> all = networks().map(GoldenCase::toString).toList();
    assertTrue(all.size() >= OTHERS.size() + 10, all.toString());
    for (String each : OTHERS) {
      assertTrue(all.stream().anyMatch(name -> name.endsWith(each)), each);
    }
  }

  static Stream<GoldenCase> networks() throws IOException {
    return GoldenCases.in(GoldenCases.shipped()).stream()
        .filter(asked -> asked.kind().equals("model"))
        .filter(asked -> asked.toString().contains("models/text/")
            || OTHERS.stream().anyMatch(asked.toString()::endsWith));
  }
}
