package brume.bench;

import brume.tensor.kernel.AttentionGeometry;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.MatmulGeometry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * Counts the arithmetic of everything computed on a backend: of convolutions, matrix products and
 * attention by their definitions, of nothing else. Mutable: it counts.
 */
final class KernelCount {

  private double multiplyAdds;

  private KernelCount() {}

  /** Multiplications, each followed by an addition, of all that a computation asks a backend for. */
  static double multiplyAdds(Backend backend, Consumer<Backend> computation) {
    KernelCount count = new KernelCount();
    computation.accept(count.watched(Backend.class, backend));
    return count.multiplyAdds;
  }

  /** The same object, whose families of kernels are watched too. */
  private <T> T watched(Class<T> type, Object inner) {
    return type.cast(Proxy.newProxyInstance(
        type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
          if (method.getName().equals("equals")) {
            return args != null && self == args[0];
          }
          if (args != null) {
            count(method, args[0]);
          }
          Object result = call(inner, method, args);
          Class<?> made = method.getReturnType();
          return made.getSimpleName().endsWith("Kernels") ? watched(made, result) : result;
        }));
  }

  private static Object call(Object on, Method method, Object[] args) throws Throwable {
    try {
      return method.invoke(on, args);
    } catch (InvocationTargetException wrapped) {
      throw wrapped.getCause();
    }
  }

  private void count(Method method, Object sizes) {
    if (sizes instanceof ConvGeometry at) {
      multiplyAdds +=
          (double) at.y().size() * at.kh() * at.kw() * at.cin() / at.window().groups();
    } else if (sizes instanceof MatmulGeometry at) {
      multiplyAdds += (double) at.batch() * at.m() * at.n() * at.k();
    } else if (sizes instanceof AttentionGeometry at) {
      boolean linear = method.getName().startsWith("linear");
      int products = method.getName().endsWith("Grad") ? 4 : 2;
      double each = linear ? (double) at.lk() * at.d() : (double) at.lq() * at.lk();
      multiplyAdds += products * each * at.n() * at.inner();
    }
  }
}
