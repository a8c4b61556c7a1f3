package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.DType;
import brume.tensor.io.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {

  @TempDir
  private Path folder;

  @Test
  void relatesTheErrorToTheLargestValueOfTheTensor() throws IOException {
    Comparison results =
        compare(op().add("output.y", new int[] {2}, new double[] {1e-6, -100}), DType.F64);
    results.check("output.y", 1e-6 + 9e-8, -100);
    assertEquals(List.of(), results.complaints());
    assertEquals(9e-10, results.worst(), 1e-15);
    results.check("output.y", 1e-6, -100 + 2e-7);
    assertEquals(
        List.of("output.y: expected an error of at most 1.0e-07, got 2.0e-07 (largest value 100)"),
        results.complaints());
  }

  @Test
  void allowsSinglePrecisionTenTimesTheErrorOfTheReference() throws IOException {
    SafeTensorsWriter writer = op().add("output.y", new int[] {1}, new double[] {2})
        .metadata("f32_max_abs_err", "{\"output.y\": 1e-4}");
    Comparison single = compare(writer, DType.F32);
    single.check("output.y", 2.0009);
    assertEquals(List.of(), single.complaints());
    single.check("output.y", 2.0011);
    assertEquals(1, single.complaints().size());
    Comparison twice = compare(writer, DType.F64);
    twice.check("output.y", 2.0009);
    assertEquals(1, twice.complaints().size());
  }

  @Test
  void wantsIntegersAndTruthValuesExactly() throws IOException {
    Comparison results = compare(
        op().add("output.t", new int[] {2}, new long[] {998, 0})
            .add("output.mask", new int[] {1}, new boolean[] {true}),
        DType.F32);
    results.check("output.t", new long[] {998, 0});
    results.check("output.mask", 1);
    assertEquals(List.of(), results.complaints());
    results.check("output.t", new long[] {998, 1});
    assertEquals(List.of("output.t: expected 0 at 1, got 1.0"), results.complaints());
  }

  @Test
  void comparesWhatIsZeroInExactArithmeticAbsolutely() throws IOException {
    Comparison results = compare(
        op().add("grad.param.k.bias", new int[] {2}, new double[] {1e-16, 0})
            .add("grad.param.v.bias", new int[] {2}, new double[] {1e-8, 0})
            .metadata("attrs", "{\"analytically_zero_gradients\": [\"v.bias\"]}"),
        DType.F64);
    results.check("grad.param.k.bias", 9e-6, 0);
    results.check("grad.param.v.bias", 9e-6, 0);
    assertEquals(List.of(), results.complaints());
    results.check("grad.param.k.bias", 2e-5, 0);
    assertEquals(1, results.complaints().size());
  }

  @Test
  void infinitiesAndNaNEqualOnlyThemselves() throws IOException {
    double[] values = {Double.POSITIVE_INFINITY, Double.NaN, 1};
    Comparison results = compare(op().add("output.y", new int[] {3}, values), DType.F64);
    results.check("output.y", values);
    assertEquals(List.of(), results.complaints());
    results.check("output.y", Double.POSITIVE_INFINITY, 0, 1);
    assertEquals(Double.POSITIVE_INFINITY, results.worst());
    assertEquals(1, results.complaints().size());
  }

  @Test
  void complainsOfWhatWasForgottenOrHasAnotherCount() throws IOException {
    Comparison results = compare(
        op().add("output.y", new int[] {2}, new double[2])
            .add("grad.input.x", new int[] {2}, new double[2])
            .add("grad.output.y", new int[] {2}, new float[2])
            .add("output.far", new int[] {2}, new double[2]),
        DType.F64);
    results.check("output.y", 0);
    results.skip("output.far");
    assertEquals(
        List.of("output.y: expected 2 numbers, got 1", "grad.input.x: expected a result, got none"),
        results.complaints());
  }

  @Test
  void letsAdamMoveWhatHasNoGradientByTheLearningRate() throws IOException {
    SafeTensorsWriter writer = new SafeTensorsWriter()
        .metadata("case", "x")
        .metadata("kind", "train")
        .metadata("attrs", "{\"lr\": 0.001, \"micro_batches\": 6}")
        .add("output.param.middle.1.project_in.bias", new int[] {1}, new double[] {1});
    Comparison single = compare(writer, DType.F32);
    single.check("output.param.middle.1.project_in.bias", 1.0119);
    assertEquals(List.of(), single.complaints());
    Comparison twice = compare(writer, DType.F64);
    twice.check("output.param.middle.1.project_in.bias", 1.0119);
    assertTrue(
        twice.complaints().get(0).contains("at most 1.0e-06"),
        () -> twice.complaints().get(0));
  }

  private static SafeTensorsWriter op() {
    return new SafeTensorsWriter()
        .metadata("case", "x")
        .metadata("kind", "op")
        .metadata("op", "silu");
  }

  private Comparison compare(SafeTensorsWriter writer, DType dtype) throws IOException {
    Path file = folder.resolve("case.safetensors");
    writer.write(file);
    return new Comparison(GoldenCase.read(file).orElseThrow(), new Tolerance(dtype));
  }
}
