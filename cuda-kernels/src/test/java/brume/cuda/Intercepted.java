package brume.cuda;

import brume.cuda.driver.Driver;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Function;

/** Drivers of which a test answers one method itself. */
final class Intercepted {

  private Intercepted() {}

  /** The same driver, but for one method. */
  static Driver driver(Driver driver, String name, Function<Object[], Object> instead) {
    return (Driver) Proxy.newProxyInstance(
        Driver.class.getClassLoader(),
        new Class<?>[] {Driver.class},
        (proxy, method, arguments) -> {
          if (method.getName().equals(name)) {
            return instead.apply(arguments);
          }
          try {
            return method.invoke(driver, arguments);
          } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
          }
        });
  }
}
