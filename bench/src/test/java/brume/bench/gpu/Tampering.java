package brume.bench.gpu;

import brume.tensor.kernel.Backend;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A backend that works, but for one method of it or of its kernels. */
final class Tampering {

  private final String method;
  private final Change change;

  private Tampering(String method, Change change) {
    this.method = method;
    this.change = change;
  }

  /** What a method does instead. */
  @FunctionalInterface
  private interface Change {
    @Nullable
    Object call(Object on, Method called, Object[] args) throws Throwable;
  }

  /** What is done after a method returned. */
  @FunctionalInterface
  interface After {
    /** Gets the arguments and what the method returned; returns what it shall return. */
    @Nullable
    Object of(Object[] args, @Nullable Object result);
  }

  /** Does something after a method returned. */
  static Backend with(Backend good, String method, After after) {
    return new Tampering(method, (on, called, args) -> after.of(args, call(on, called, args)))
        .in(Backend.class, good);
  }

  /** Does something in a method's place. */
  static Backend withOwn(Backend good, String method, Function<Object[], Object> own) {
    return new Tampering(method, (on, called, args) -> own.apply(args)).in(Backend.class, good);
  }

  private <T> T in(Class<T> type, Object good) {
    return type.cast(Proxy.newProxyInstance(
        type.getClassLoader(), new Class<?>[] {type}, (self, called, given) -> {
          Object[] args = given == null ? new Object[0] : given;
          if (called.getName().equals("equals")) {
            return self == args[0];
          }
          if (called.getName().equals(method)) {
            return change.call(good, called, args);
          }
          Object result = call(good, called, args);
          Class<?> made = called.getReturnType();
          return made.getSimpleName().endsWith("Kernels") ? in(made, result) : result;
        }));
  }

  private static Object call(Object on, Method called, Object[] args) throws Throwable {
    try {
      return called.invoke(on, args);
    } catch (InvocationTargetException wrapped) {
      throw wrapped.getCause();
    }
  }
}
