package brume.tests.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Storage;
import brume.tensor.Tensor;
import brume.tensor.kernel.AdamCoefficients;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.SgdCoefficients;
import brume.tensor.random.RandomKey;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kernel that writes a tensor changes its version, on every backend: what the backward pass relies
 * on. A backend in between compares the arguments of each call before and after it.
 */
@Tag("gpu")
class VersionTest {

  /** In memory nobody has written yet, so that every write shows. */
  private static final float UNWRITTEN = 12_345.678f;

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("cases")
  void kernelsOfFunctionsCount(OpCase op, String on, Backend backend) {
    Watch watch = new Watch(backend);
    OpRun.of(op, watch.backend, OpCase::normal);
  }

  @ParameterizedTest(name = "on {0}")
  @MethodSource("backends")
  void kernelsOutsideOfFunctionsCount(String on, Backend backend) {
    Watch watch = new Watch(backend);
    each(watch, b -> b.elementwise().fill(2, some(b)));
    each(watch, b -> b.elementwise().scale(2, List.of(some(b)), List.of(some(b))));
    each(watch, b -> b.random().uniform(RandomKey.of(1), 0, some(b)));
    each(watch, b -> b.random().normal(RandomKey.of(1), 0, some(b)));
    AdamCoefficients adam = new AdamCoefficients(0.1, 0.9, 0.99, 1e-8, 0.1, 0.1, 0.1, 0.1);
    each(watch, b -> b.optimizer().adam(adam, some(b), some(b), some(b), some(b)));
    each(watch, b -> b.optimizer()
        .adam(adam, List.of(some(b)), List.of(some(b)), List.of(some(b)), List.of(some(b))));
    SgdCoefficients sgd = new SgdCoefficients(0.1, 0.1, 0.9, 1, true, true);
    each(watch, b -> b.optimizer().sgd(sgd, some(b), some(b), some(b)));
    each(watch, b -> b.optimizer().sgd(sgd, List.of(some(b)), List.of(some(b)), List.of(some(b))));
    each(watch, b -> b.optimizer().average(0.1, some(b), other(b)));
    each(watch, b -> b.optimizer().average(0.1, List.of(some(b)), List.of(other(b))));
    assertTrue(
        watch.calls.containsAll(
            List.of("fill", "scale", "uniform", "normal", "adam", "sgd", "average")),
        watch.calls.toString());
  }

  @ParameterizedTest(name = "on {0}")
  @MethodSource("backends")
  void copiesCountAndReadingDoesNot(String on, Backend backend) {
    try (Scope scope = Scope.open()) {
      Tensor t = some(backend), view = t.reshape(Shape.of(5, 1));
      int before = t.version();
      t.toFloats();
      backend.reduction().squaredNorm(t);
      assertEquals(before, view.version());
      view.copyFrom(1, 2, 3, 4, 5);
      int once = t.version();
      assertNotEquals(before, once);
      t.copyFrom(new double[5]);
      assertNotEquals(once, view.version());
    }
  }

  private static void each(Watch watch, Consumer<Backend> call) {
    try (Scope scope = Scope.open()) {
      call.accept(watch.backend);
    }
  }

  private static Tensor some(Backend on) {
    return Tensor.of(on, Shape.of(5), 1f, 0.5f, 2, -1, 3);
  }

  private static Tensor other(Backend on) {
    return Tensor.of(on, Shape.of(5), 2f, 4, 5, 6, 7);
  }

  static Stream<Arguments> cases() {
    return TestBackends.available().stream()
        .flatMap(backend -> OpCases.small().map(op -> Arguments.of(op, backend.name(), backend)));
  }

  static Stream<Arguments> backends() {
    return TestBackends.available().stream().map(backend -> Arguments.of(backend.name(), backend));
  }

  /** A backend whose kernels are watched. */
  private static final class Watch {
    final Set<String> calls = new TreeSet<>();
    final Backend backend;

    Watch(Backend inner) {
      this.backend = proxy(Backend.class, (method, arguments) -> {
        Object result = call(inner, method, arguments);
        if (result instanceof Storage storage) {
          float[] numbers = new float[storage.length()];
          Arrays.fill(numbers, UNWRITTEN);
          storage.write(numbers, 0, 0, numbers.length);
        }
        Class<?> type = method.getReturnType();
        boolean kernels = type.getSimpleName().endsWith("Kernels");
        return kernels ? proxy(type, (m, a) -> watched(result, m, a)) : result;
      });
    }

    private Object watched(Object kernels, Method method, Object[] arguments) throws Throwable {
      Map<Tensor, double[]> before = new IdentityHashMap<>();
      Map<Tensor, Integer> versions = new IdentityHashMap<>();
      for (Tensor t : tensors(arguments)) {
        before.put(t, t.toDoubles());
        versions.put(t, t.version());
      }
      Object result = call(kernels, method, arguments);
      before.forEach((t, numbers) -> {
        if (!Arrays.equals(numbers, t.toDoubles())) {
          calls.add(method.getName());
          assertNotEquals(versions.get(t), t.version(), method.getName() + " wrote " + t);
        }
      });
      return result;
    }

    private static List<Tensor> tensors(Object[] arguments) {
      List<Tensor> tensors = new ArrayList<>();
      for (Object argument : arguments) {
        for (Object each : argument instanceof List<?> list ? list : List.of(argument)) {
          if (each instanceof Tensor t && t.shape().size() > 0) {
            tensors.add(t);
          }
        }
      }
      return tensors;
    }

    private static Object call(Object on, Method method, Object[] arguments) throws Throwable {
      try {
        method.setAccessible(true); // the kernels of backends are not public
        return method.invoke(on, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }

    private interface Handler {
      Object call(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Handler handler) {
      Object proxy = Proxy.newProxyInstance(
          type.getClassLoader(),
          new Class<?>[] {type},
          (self, method, arguments) -> method.getName().equals("equals")
              ? self == arguments[0]
              : handler.call(method, arguments == null ? new Object[0] : arguments));
      return type.cast(proxy);
    }
  }
}
