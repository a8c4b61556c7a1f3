package brume.tests.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.tensor.Scope;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OpCasesTest {

  @Test
  void everyDifferentiableFunctionHasACase() {
    Set<String> functions = new TreeSet<>(Functions.all().keySet());
    Set<String> tested = new TreeSet<>();
    try (Scope scope = Scope.open()) {
      OpCases.small().map(Functions::of).forEach(tested::add);
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
}
