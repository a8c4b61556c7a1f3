package brume.tests.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import brume.tensor.Scope;
import brume.tensor.Text;
import brume.tests.golden.GoldenFunctions;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The table of docs/coverage.md: how every differentiable function is checked. It is computed from
 * the cases, the golden cases as they run, and the benchmarks; a page that says something else is
 * stale. {@code -Dbrume.coverage=write} writes the page.
 */
class CoverageTest {

  private static final Path PAGE = Path.of("..", "docs", "coverage.md");
  private static final String NONE = "—";
  private static final String HEAD =
      """
      # Coverage

      How each differentiable function is checked, computed from the tests by `CoverageTest`, which
      fails when this page is stale. To write it again:

          mvn test -pl tests -am -Dtest=CoverageTest -Dsurefire.failIfNoSpecifiedTests=false -Dbrume.coverage=write

      - *Gradient check*: cases compared with central differences, in double precision (`GradientCheckTest`).
      - *Golden*: cases of PyTorch and of the systems followed, alone or inside a network, that agree
        (`GoldenTest`).
      - *CPU parity*: cases that the CPU backend computes as the reference does, forward and backward
        (`CpuParityTest`).
      - *CUDA parity*: the same of the CUDA backend, on a GPU or an emulated one (`CudaParityTest`).
      - *Extreme values*: zeros, ±100, 100 throughout, one huge value give finite numbers on every
        backend, but for what is named (`ExtremeValuesTest`).
      - *Benchmark*: the JMH class that measures it (module `bench`).

      | function | gradient check | golden | CPU parity | CUDA parity | extreme values | benchmark |
      | --- | ---: | ---: | ---: | ---: | --- | --- |
      """;

  @Test
  void thePageIsWhatTheTestsDo() throws Exception {
    String table = HEAD + String.join("\n", rows()) + "\n";
    System.out.print(table);
    if (System.getProperty("brume.coverage", "").equals("write")) {
      Files.writeString(PAGE, table);
    }
    assertEquals(
        Files.readString(PAGE),
        table,
        "docs/coverage.md is stale; run the test with -Dbrume.coverage=write and commit the page");
  }

  private static List<String> rows() throws Exception {
    Map<String, List<OpCase>> small = byFunction(GradientCheckTest.cases());
    Map<String, List<OpCase>> onCpu = byFunction(CpuParityTest.cases());
    Map<String, List<OpCase>> onCuda = byFunction(CudaParityTest.ops());
    Map<String, Integer> golden = GoldenFunctions.counts();
    assertNotEquals(Map.of(), golden, "golden cases that record a function");
    Benchmarks benchmarks = new Benchmarks();
    List<String> rows = new ArrayList<>();
    for (Map.Entry<String, Set<? extends JavaCodeUnit>> function :
        Functions.all().entrySet()) {
      String name = function.getKey();
      rows.add(Text.of(
          "| `%s` | %s | %s | %s | %s | %s | %s |",
          name,
          count(small.getOrDefault(name, List.of()).size()),
          count(golden.getOrDefault(name, 0)),
          count(onCpu.getOrDefault(name, List.of()).size()),
          count(onCuda.getOrDefault(name, List.of()).size()),
          extremes(small.getOrDefault(name, List.of())),
          listed(benchmarks.of(function.getValue()))));
    }
    return rows;
  }

  private static Map<String, List<OpCase>> byFunction(Stream<OpCase> cases) {
    try (Scope scope = Scope.open()) {
      return cases.collect(Collectors.groupingBy(Functions::of, TreeMap::new, Collectors.toList()));
    }
  }

  private static String extremes(List<OpCase> cases) {
    if (cases.isEmpty()) {
      return NONE;
    }
    Map<String, Set<String>> names = new TreeMap<>(); // by reason
    for (OpCase op : cases) {
      op.exempt().forEach((extreme, why) -> names
          .computeIfAbsent(why, reason -> new TreeSet<>())
          .add(extreme.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
    }
    return names.isEmpty()
        ? "all"
        : names.entrySet().stream()
            .map(exempt ->
                Text.of("not %s: %s", String.join(", ", exempt.getValue()), exempt.getKey()))
            .collect(Collectors.joining("; "));
  }

  private static String count(int cases) {
    return cases == 0 ? NONE : String.valueOf(cases);
  }

  private static String listed(Set<String> names) {
    return names.isEmpty() ? NONE : String.join(", ", names);
  }
}
