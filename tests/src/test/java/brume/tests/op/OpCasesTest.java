package brume.tests.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.autograd.Differentiable;
import brume.autograd.Variable;
import brume.tensor.Scope;
import brume.tensor.kernel.Backends;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OpCasesTest {

  @Test
  void everyDifferentiableFunctionHasACase() {
    Set<String> functions = new ClassFileImporter()
        .importPackages("brume.autograd.function").stream()
            .filter(type -> type.isAssignableTo(Differentiable.class))
            .map(JavaClass::getSimpleName)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> tested = new TreeSet<>();
    try (Scope scope = Scope.open()) {
      OpCases.small().map(OpCasesTest::lastStep).forEach(tested::add);
    }
    functions.removeAll(tested);
    assertEquals(Set.of(), functions, "functions without a line in OpCases");
  }

  @Test
  void namesAreUnique() {
    Map<String, Long> counts = Stream.concat(OpCases.small(), OpCases.large())
        .collect(Collectors.groupingBy(OpCase::name, Collectors.counting()));
    counts.values().removeIf(count -> count == 1);
    assertEquals(Map.of(), counts, "names used more than once");
  }

  /** The class of the step that computed a case's output, which a variable prints first. */
  private static String lastStep(OpCase op) {
    Variable y = op.function().apply(op.on(Backends.reference(), OpCase::normal));
    return y.toString().substring(0, y.toString().indexOf(' '));
  }
}
