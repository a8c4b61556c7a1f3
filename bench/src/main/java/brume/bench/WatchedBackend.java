package brume.bench;

import brume.tensor.kernel.Backend;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;

/** A backend that passes everything on to another one, and tells of every kernel. */
final class WatchedBackend {

  /** Is told of kernels. */
  interface Watcher {

    /** A kernel has returned, after so many nanoseconds. */
    void ran(KernelCall call, long nanos);
  }

  private final Backend backend;
  private final Watcher watcher;
  private final Map<Method, Object> families =
      new HashMap<>(); // made once, as they are asked for often

  private WatchedBackend(Backend backend, Watcher watcher) {
    this.backend = backend;
    this.watcher = watcher;
  }

  /** What computes as a backend does, for one thread. */
  static Backend of(Backend backend, Watcher watcher) {
    WatchedBackend watched = new WatchedBackend(backend, watcher);
    return proxy(Backend.class, watched::answer);
  }

  private Object answer(Object self, Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("equals")) {
      return self == arguments[0];
    }
    if (!method.getReturnType().getSimpleName().endsWith("Kernels")) {
      return call(backend, method, arguments);
    }
    Object family = families.get(method);
    if (family == null) {
      family = watched(method.getReturnType(), call(backend, method, arguments));
      families.put(method, family);
    }
    return family;
  }

  private Object watched(Class<?> type, Object kernels) {
    return proxy(type, (self, method, arguments) -> {
      long start = System.nanoTime();
      Object result = call(kernels, method, arguments);
      long nanos = System.nanoTime() - start;
      watcher.ran(KernelCall.of(method.getName(), arguments), nanos);
      return result;
    });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static Object call(Object on, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException wrapped) {
      throw wrapped.getCause();
    }
  }
}
