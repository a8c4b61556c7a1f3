package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Scope;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendProvider;
import brume.tensor.kernel.Backends;
import brume.tests.golden.GoldenReport.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every case of a folder on every backend: those that come with Brume, or those of
 * {@code -Dbrume.golden=DIR}. What it knows must agree. What it does not know is unsupported, which fails
 * nothing in a folder from elsewhere; of the cases that come with Brume none may be. The table is {@code tests/target/golden.tsv}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoldenTest {

  private static final int SHOWN = 40; // complaints in a message

  private Path folder = Path.of("");
  private List<GoldenCase> cases = List.of();
  private GoldenReport report = new GoldenReport(folder);

  @BeforeAll
  void findCases() throws IOException {
    folder = GoldenCases.folder();
    cases = GoldenCases.in(folder);
    report = new GoldenReport(folder);
  }

  @AfterAll
  void writeReport() throws IOException {
    report.write(Path.of("target", "golden.tsv"));
  }

  @Test
  void thereAreCases() {
    assertFalse(
        cases.isEmpty(),
        () -> folder + ": expected .safetensors files with case and kind, got none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void everyKnownCaseAgrees(String backend) {
    Optional<String> whyNot = whyNot(backend);
    List<String> complaints = new ArrayList<>();
    List<Exception> causes = new ArrayList<>();
    for (GoldenCase asked : cases) {
      Optional<CaseRunner> runner = CaseRunners.forCase(asked);
      if (runner.isEmpty() || whyNot.isPresent()) {
        report.add(asked, backend, Verdict.UNSUPPORTED);
        continue;
      }
      try {
        Comparison results = run(runner.get(), asked, Backends.named(backend));
        boolean agrees = results.complaints().isEmpty();
        report.add(asked, backend, results.worst(), agrees ? Verdict.PASS : Verdict.FAIL);
        results.complaints().forEach(complaint -> complaints.add(asked + ": " + complaint));
      } catch (Exception e) {
        report.add(asked, backend, Verdict.FAIL);
        complaints.add(asked + ": " + e);
        causes.add(e);
      }
    }
    whyNot.ifPresent(Assumptions::abort);
    failIfAny(complaints, causes, backend);
  }

  @Test
  void everyCaseThatComesWithBrumeIsKnown() throws IOException {
    List<String> unknown = GoldenCases.in(GoldenCases.shipped()).stream()
        .filter(asked -> CaseRunners.forCase(asked).isEmpty())
        .map(GoldenCase::toString)
        .toList();
    assertEquals(List.of(), unknown, "cases that no runner knows any more");
  }

  @Test
  void everyRunnerKnowsACaseThatComesWithBrume() throws IOException {
    List<GoldenCase> shipped = GoldenCases.in(GoldenCases.shipped());
    for (CaseRunner runner : CaseRunners.ALL) {
      assertTrue(
          shipped.stream()
              .anyMatch(
                  asked -> CaseRunners.forCase(asked).filter(runner::equals).isPresent()),
          () -> runner.getClass().getSimpleName() + " was never asked");
    }
  }

  private static Comparison run(CaseRunner runner, GoldenCase asked, Backend on) throws Exception {
    Comparison results = new Comparison(asked, new Tolerance(on.defaultDType()));
    try (Scope step = Scope.open()) {
      runner.run(asked, on, results);
    }
    return results;
  }

  /** Why a backend cannot run here, if it cannot. */
  private static Optional<String> whyNot(String backend) {
    return Backends.providers().stream()
        .filter(provider -> provider.name().equals(backend))
        .findFirst()
        .map(BackendProvider::whyNot)
        .orElse(Optional.of(backend + ": expected a provider on the class path, got none"));
  }

  private static void failIfAny(List<String> complaints, List<Exception> causes, String backend) {
    if (!complaints.isEmpty()) {
      List<String> shown = complaints.subList(0, Math.min(SHOWN, complaints.size()));
      AssertionError error = new AssertionError(Text.of(
          "%s: %d results disagree:%n  %s",
          backend, complaints.size(), String.join("\n  ", shown)));
      causes.forEach(error::addSuppressed);
      throw error;
    }
  }
}
