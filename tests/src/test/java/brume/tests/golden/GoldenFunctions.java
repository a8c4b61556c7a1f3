package brume.tests.golden;

import brume.autograd.Tape;
import brume.tensor.Scope;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which functions the golden cases compare with their originals. */
public final class GoldenFunctions {

  private static final Set<String> WITHOUT_GRADIENTS =
      Set.of("optim", "schedule", "times", "trajectory");

  private GoldenFunctions() {}

  /**
   * The number of cases that come with Brume and record a function on their way to a result that
   * agrees, for every function that has some.
   *
   * @return by the simple name of the function
   * @throws Exception if a case cannot be repeated
   */
  public static Map<String, Integer> counts() throws Exception {
    Map<String, Integer> counts = new TreeMap<>();
    for (GoldenCase asked : GoldenCases.in(GoldenCases.shipped())) {
      Optional<CaseRunner> runner = CaseRunners.forCase(asked);
      if (runner.isPresent() && !WITHOUT_GRADIENTS.contains(asked.kind())) {
        recorded(runner.get(), asked).forEach(function -> counts.merge(function, 1, Integer::sum));
      }
    }
    return counts;
  }

  /** What is on the tape of a case, or nothing if the case fails. */
  private static Set<String> recorded(CaseRunner runner, GoldenCase asked) throws Exception {
    Backend on = Backends.reference();
    Set<String> functions = new TreeSet<>();
    Comparison results = new Comparison(asked, new Tolerance(on.defaultDType()));
    try (Scope scope = Scope.open();
        Tape.Watch watch = Tape.watch(step -> functions.add(step.name()))) {
      runner.run(asked, on, results);
    }
    return results.complaints().isEmpty() ? functions : Set.of();
  }
}
