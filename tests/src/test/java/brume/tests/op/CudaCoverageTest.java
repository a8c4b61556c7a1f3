package brume.tests.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.AdamCoefficients;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every method of the kernels' interfaces is called by a case that {@link CudaParityTest} compares on the
 * emulated GPU, or by another test of it that is named here. So the text and all new networks, which have
 * no other way to a device, are covered as far as their operations go.
 */
class CudaCoverageTest {

  /** Methods that no differentiable function calls, and who calls them on the emulated GPU. */
  private static final Map<String, String> ELSEWHERE = Map.ofEntries(
      Map.entry("AttentionKernels.attend/6", "CudaNetworksTest, by the method it calls"),
      Map.entry("ElementwiseKernels.mix/5", "below"),
      Map.entry("ElementwiseKernels.scale/3", "CudaManyTensorsTest"),
      Map.entry("MatmulKernels.linearGrad/8", "below"),
      Map.entry("NormalizationKernels.groupNormSiLU/9", "CapturedKernelsTest"),
      Map.entry("NormalizationKernels.rmsNormGrad/5", "CapturedKernelsTest"),
      Map.entry("OptimizerKernels.adam/5", "CudaManyTensorsTest"),
      Map.entry("OptimizerKernels.adam/6", "below"),
      Map.entry("OptimizerKernels.average/3", "CudaManyTensorsTest"),
      Map.entry("OptimizerKernels.limit/4", "below"),
      Map.entry("OptimizerKernels.limitsNorms/0", "below"),
      Map.entry("OptimizerKernels.norm/1", "below"),
      Map.entry("OptimizerKernels.sgd/4", "CudaManyTensorsTest"),
      Map.entry("RandomKernels.normal/3", "CudaRandomTest"),
      Map.entry("RandomKernels.uniform/3", "CudaRandomTest"),
      Map.entry("ReductionKernels.maxAbs/1", "below"),
      Map.entry("ReductionKernels.squaredNorm/1", "below"));

  @Test
  void everyMethodOfTheKernelsRunsOnTheEmulatedGpu() {
    Set<String> called = new TreeSet<>();
    Backend watched = watched(Backend.class, Backends.reference(), called);
    CudaParityTest.ops().forEach(op -> OpRun.of(op, watched, OpCase::normal));
    Set<String> missing = declared();
    assertTrue(missing.containsAll(called), "watched more than there is");
    missing.removeAll(called);
    assertEquals(new TreeSet<>(ELSEWHERE.keySet()), missing, "methods that no case calls");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 31, 1000})
  void whatNoOtherTestComparesIsComparedHere(int size) {
    double[] expected = computed(Backends.reference(), size);
    assertArrayEquals(expected, computed(TestBackends.gpu(), size), 1e-5 * expected[1]);
  }

  /** The largest size, the sum of squares, the norm, and what several kernels make of numbers between -2 and 1. */
  private static double[] computed(Backend on, int size) {
    try (Scope scope = Scope.open()) {
      float[] numbers = new float[size];
      for (int i = 0; i < size; i++) {
        numbers[i] = i % 3 - 2 + i / (float) size;
      }
      Tensor x = Tensor.of(on, Shape.of(size), numbers), mixed = x.like(), limited = x.like();
      on.elementwise().mix(0.5, x, 2, x, mixed);
      double norm = limited(on, x, limited);
      return Stream.of(
              DoubleStream.of(on.reduction().maxAbs(x), on.reduction().squaredNorm(x), norm),
              DoubleStream.of(mixed.toDoubles()),
              DoubleStream.of(limited.toDoubles()),
              moved(on, x),
              gradients(on, x))
          .flatMapToDouble(part -> part)
          .toArray();
    }
  }

  /** As clipping has it, on devices that limit norms by themselves and on others. */
  private static double limited(Backend on, Tensor x, Tensor y) {
    if (on.optimizer().limitsNorms()) {
      return on.optimizer().limit(1, 1e-6, List.of(x), List.of(y)).late().await();
    }
    double norm = on.optimizer().norm(List.of(x)).late().await();
    on.elementwise().affine(Math.min(1, 1 / (norm + 1e-6)), x, 0, y);
    return norm;
  }

  /** Parameters and moments after a step of Adam in which half of the gradients counts. */
  private static DoubleStream moved(Backend on, Tensor x) {
    Tensor p = x.like(), m = x.like(), v = x.like();
    on.elementwise().fill(1, p);
    on.elementwise().fill(0.25, m);
    on.elementwise().fill(0.5, v);
    AdamCoefficients at = new AdamCoefficients(0.1, 0.9, 0.99, 1e-8, 0, 0.01, 0.1, 0.01);
    on.optimizer().adam(() -> at, 0.5, List.of(x), List.of(p), List.of(m), List.of(v));
    return Stream.of(p, m, v).flatMapToDouble(each -> DoubleStream.of(each.toDoubles()));
  }

  /** Of a layer from all these numbers to three, of one row. */
  private static DoubleStream gradients(Backend on, Tensor x) {
    int size = x.shape().size();
    Tensor w = Tensor.of(on, Shape.of(3, size), new float[3 * size]);
    on.elementwise().fill(0.25, w);
    Tensor dy = Tensor.of(on, Shape.of(1, 3), 1, -2, 0.5f);
    Tensor dx = x.like(Shape.of(1, size)), dw = w.like(), db = w.like(Shape.of(3));
    on.matmul().linearGrad(1, x.reshape(Shape.of(1, size)), w, dy, Optional.empty(), dx, dw, db);
    return Stream.of(dx, dw, db).flatMapToDouble(each -> DoubleStream.of(each.toDoubles()));
  }

  /** All methods of all families, with and without a body. */
  private static Set<String> declared() {
    Set<String> all = new TreeSet<>();
    for (Method family : Backend.class.getMethods()) {
      if (isFamily(family)) {
        for (Method method : family.getReturnType().getMethods()) {
          if (!Modifier.isStatic(method.getModifiers())) {
            all.add(name(method));
          }
        }
      }
    }
    return all;
  }

  private static boolean isFamily(Method method) {
    return method.getReturnType().getSimpleName().endsWith("Kernels");
  }

  private static String name(Method method) {
    return method.getDeclaringClass().getSimpleName() + "." + method.getName() + "/"
        + method.getParameterCount();
  }

  /** The same, with each call of a kernel noted. */
  private static <T> T watched(Class<T> type, Object on, Set<String> called) {
    return type.cast(Proxy.newProxyInstance(
        type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
          if (method.getName().equals("equals")) {
            return self == given[0];
          }
          if (type != Backend.class && method.getDeclaringClass() != Object.class) {
            called.add(name(method));
          }
          try {
            Object result = method.invoke(on, given);
            return isFamily(method) ? watched(method.getReturnType(), result, called) : result;
          } catch (InvocationTargetException wrapped) {
            throw wrapped.getCause();
          }
        }));
  }
}
