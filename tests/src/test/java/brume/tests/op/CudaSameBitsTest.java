package brume.tests.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import brume.autograd.Variable;
import brume.cuda.library.CudaLevel;
import brume.tensor.Shape;
import brume.tensor.kernel.Backend;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What comes out of CUDA's own kernels is the same to the last bit in every run, and for a sample
 * whatever batch it lies in. Libraries promise only the first.
 */
@Tag("gpu")
class CudaSameBitsTest {

  private static final Backend GPU = TestBackends.gpuWith(CudaLevel.DRIVER);

  @ParameterizedTest(name = "{0}")
  @MethodSource("brume.tests.op.SameBitsTest#functions")
  void aSampleDoesNotDependOnItsBatch(String name, Shape sample, UnaryOperator<Variable> function) {
    float[] three = SameBitsTest.output(GPU, 3, sample, function);
    float[] one = SameBitsTest.output(GPU, 1, sample, function);
    assertArrayEquals(Arrays.copyOf(three, one.length), one);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brume.tests.op.SameBitsTest#functions")
  void everyRunIsTheSame(String name, Shape sample, UnaryOperator<Variable> function) {
    float[][] once = SameBitsTest.outputAndGradient(GPU, 2, sample, function);
    float[][] again = SameBitsTest.outputAndGradient(GPU, 2, sample, function);
    assertArrayEquals(once[0], again[0], "output");
    assertArrayEquals(once[1], again[1], "gradient");
  }
}
