package brume.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.cuda.driver.Graph;
import brume.cuda.emulator.EmulatedBlas;
import brume.cuda.emulator.EmulatedDnn;
import brume.cuda.emulator.EmulatedDriver;
import brume.cuda.library.CudaLevel;
import brume.cuda.library.CudaMath;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.AttentionGeometry;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.ConvGeometry.Window;
import brume.tensor.kernel.GroupGeometry;
import brume.tensor.kernel.PoolGeometry;
import brume.tensor.random.RandomKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Once warm, the kernels that need scratch memory neither allocate nor wait, so a step
 * made of them can be captured; and what was captured computes the same.
 */
class CapturedKernelsTest {

  private static final int N = 2, SIDE = 6, C = 8, HEADS = 2;

  @ParameterizedTest
  @EnumSource
  void aCapturedStepComputesTheSame(CudaLevel level) {
    EmulatedDriver driver = EmulatedDriver.open(64 << 20);
    CudaBackend backend = new CudaBackend(
        "emulator",
        driver,
        level.includes(CudaLevel.CUBLAS)
            ? Optional.of(new EmulatedBlas(driver, CudaMath.EXACT))
            : Optional.empty(),
        level.includes(CudaLevel.CUDNN)
            ? Optional.of(new EmulatedDnn(driver, CudaMath.EXACT))
            : Optional.empty());
    try (Scope scope = Scope.open()) {
      Step step = new Step(backend);
      step.run(); // makes its tensors
      step.run(); // has all the scratch it needs
      Map<String, float[]> expected = step.results();
      long reserved = backend.reservedBytes();
      step.forget();
      try (Graph graph = driver.capture(step::run)) {
        assertEquals(reserved, backend.reservedBytes());
        for (int round = 0; round < 2; round++) {
          step.forget();
          graph.launch();
          Map<String, float[]> actual = step.results();
          expected.forEach((name, values) -> assertArrayEquals(values, actual.get(name), name));
        }
      }
    }
  }

  /** Kernels of all families that take scratch memory, on tensors made once. */
  private static final class Step {
    private final CudaBackend backend;
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();
    private final Map<String, Tensor> outputs = new LinkedHashMap<>();

    private Step(CudaBackend backend) {
      this.backend = backend;
    }

    private Tensor in(String name, int... sizes) {
      return inputs.computeIfAbsent(name, any -> {
        float[] values = new float[Shape.of(sizes).size()];
        RandomKey.of(1).child(name).fillNormal(0, values, 0, values.length);
        return Tensor.of(backend, Shape.of(sizes), values);
      });
    }

    private Tensor out(String name, int... sizes) {
      return outputs.computeIfAbsent(name, any -> Tensor.empty(backend, Shape.of(sizes)));
    }

    private void run() {
      convolve(new Window(1, 1, 1, 1, 1, 1, 1, 1, 1), 3);
      convolve(new Window(1, 1, 0, 0, 0, 0, 1, 1, 1), 1);
      normalize();
      attend();
      PoolGeometry pool =
          PoolGeometry.of(Shape.of(N, SIDE, SIDE, C), PoolGeometry.Window.square(3, 1, 1));
      backend.resampling().maxPoolGrad(pool, image("x"), image("dy"), result("pool dx"));
    }

    private void convolve(Window window, int side) {
      int many = 20; // pixels enough to split the sum of the filters' gradient
      ConvGeometry at =
          ConvGeometry.of(Shape.of(N, many, many, C), Shape.of(C, side, side, C), window);
      Tensor x = in("wide x", N, many, many, C), dy = in("wide dy", N, many, many, C);
      Tensor w = in("w" + side, C, side, side, C);
      String name = "conv " + side;
      backend.convolution().conv2d(at, x, w, out(name + " y", N, many, many, C));
      backend.convolution().conv2dInputGrad(at, w, dy, out(name + " dx", N, many, many, C));
      backend.convolution().conv2dFilterGrad(at, x, dy, out(name + " dw", C, side, side, C));
    }

    private void normalize() {
      GroupGeometry at = GroupGeometry.of(Shape.of(N, SIDE, SIDE, C), 2);
      Tensor gamma = in("gamma", C), beta = in("beta", C), steering = in("steering", N, 2 * C);
      Tensor mean = out("mean", N, 2), rstd = out("rstd", N, 2);
      backend
          .normalization()
          .groupNormSiLU(at, image("x"), gamma, beta, steering, 1e-5, result("y"), mean, rstd);
      Tensor x = image("x"), dy = image("dy"), dx = result("norm dx");
      Tensor dgamma = out("dgamma", C), dbeta = out("dbeta", C);
      Tensor dsteering = out("dsteering", N, 2 * C);
      try (Scope scratch = Scope.open()) { // of the sums it returns
        backend
            .normalization()
            .groupNormSiLUGrad(
                at, x, gamma, beta, steering, mean, rstd, dy, dx, dgamma, dbeta, dsteering);
      }
      backend
          .normalization()
          .rmsNormGrad(image("x"), gamma, image("dy"), result("rms dx"), out("dg", C));
    }

    private void attend() {
      AttentionGeometry at = AttentionGeometry.packed(Shape.of(N, SIDE, SIDE, 3 * C), HEADS);
      int l = SIDE * SIDE, d = C / HEADS;
      Tensor qkv = in("qkv", N, SIDE, SIDE, 3 * C), dqkv = out("dqkv", N, SIDE, SIDE, 3 * C);
      Tensor p = out("p", N, HEADS, l, l);
      backend.attention().attention(at, qkv, qkv, qkv, 0.5, result("attended"), p);
      backend.attention().attentionGrad(at, qkv, qkv, qkv, 0.5, p, image("dy"), dqkv, dqkv, dqkv);
      Tensor qhat = out("qhat", N, l, C), khat = out("khat", N, l, C);
      Tensor context = out("context", N, HEADS, d, d);
      backend
          .attention()
          .linearAttention(at, qkv, qkv, qkv, 0.5, result("linear"), qhat, khat, context);
      Tensor dlinear = out("dlinear", N, SIDE, SIDE, 3 * C);
      backend
          .attention()
          .linearAttentionGrad(
              at, qkv, 0.5, qhat, khat, context, image("dy"), dlinear, dlinear, dlinear);
    }

    private Tensor image(String name) {
      return in(name, N, SIDE, SIDE, C);
    }

    private Tensor result(String name) {
      return out(name, N, SIDE, SIDE, C);
    }

    private Map<String, float[]> results() {
      Map<String, float[]> results = new LinkedHashMap<>();
      outputs.forEach((name, tensor) -> results.put(name, tensor.toFloats()));
      return results;
    }

    /** Overwrites all results. */
    private void forget() {
      outputs.values().forEach(tensor -> backend.elementwise().fill(Double.NaN, tensor));
    }
  }
}
