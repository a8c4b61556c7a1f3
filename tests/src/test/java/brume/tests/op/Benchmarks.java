package brume.tests.op;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * What the classes of module bench measure. A class measures a function if it calls the function, or a
 * kernel that the function's code calls; of kernels that many functions share, such as {@code apply},
 * it must name the same constant.
 */
final class Benchmarks {

  private static final String KERNELS = "brume.tensor.kernel";

  private final Map<String, Set<String>> names = new TreeMap<>();

  Benchmarks() {
    for (JavaClass type : new ClassFileImporter().importPackages("brume.bench")) {
      boolean measures =
          type.getMethods().stream().anyMatch(method -> method.isAnnotatedWith(Benchmark.class));
      if (measures && type.getPackageName().equals("brume.bench")) {
        Set<String> named = new TreeSet<>(kernels(type.getCodeUnits()));
        named.addAll(constants(type.getCodeUnits()));
        named.addAll(calls(type));
        names.put(type.getSimpleName(), named);
      }
    }
  }

  /** Names of the classes that measure a function. */
  Set<String> of(Set<? extends JavaCodeUnit> function) {
    Set<String> constants = constants(function);
    Set<String> wanted = new TreeSet<>(constants.isEmpty() ? kernels(function) : constants);
    function.forEach(code -> wanted.add(code.getFullName()));
    return names.entrySet().stream()
        .filter(bench -> bench.getValue().stream().anyMatch(wanted::contains))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> calls(JavaClass type) {
    return type.getMethodCallsFromSelf().stream()
        .map(call -> call.getTarget().getFullName())
        .collect(Collectors.toSet());
  }

  private static Set<String> kernels(Set<? extends JavaCodeUnit> function) {
    return function.stream()
        .flatMap(code -> code.getMethodCallsFromSelf().stream())
        .filter(call -> call.getTargetOwner().getPackageName().equals(KERNELS)
            && call.getTargetOwner().getSimpleName().endsWith("Kernels")
            && !call.getName().equals("of"))
        .map(call -> call.getTargetOwner().getSimpleName() + "." + call.getName())
        .collect(Collectors.toSet());
  }

  private static Set<String> constants(Set<? extends JavaCodeUnit> function) {
    return function.stream()
        .flatMap(code -> code.getFieldAccesses().stream())
        .filter(access -> access.getTargetOwner().getPackageName().equals(KERNELS)
            && access.getTargetOwner().isEnum())
        .map(access -> access.getTargetOwner().getSimpleName() + "." + access.getName())
        .collect(Collectors.toSet());
  }
}
