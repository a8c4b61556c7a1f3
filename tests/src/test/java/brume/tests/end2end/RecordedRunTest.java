package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.run.Trainer;
import brume.diffusion.run.TrainingListener;
import brume.diffusion.run.TrainingLog;
import brume.tensor.kernel.Backend;
import brume.tests.op.TestBackends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs whose steps are recorded end in the bits of those whose steps are not. */
@Tag("gpu")
class RecordedRunTest {

  private static final int STEPS =
      12; // some of either kind are repeated: with an estimate and without
  private static final String PARTS =
      "steps are recorded in parts, and take a little more of the host's time: ";

  private static final String KARRAS =
      "'patch': 1, 'network': {'kind': 'karras', 'dim': 4, 'dimMax': 4, 'headDim': 2, 'fourierDim': 4,"
          + " 'halvings': 1, 'blocksPerStage': 1}";

  private final Backend direct = TestBackends.gpuWithoutRecording();
  private final Backend recording = TestBackends.gpu();

  private static final class Told implements TrainingListener {
    private final List<Integer> steps = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    @Override
    public void stepped(TrainingLog.Line line) {
      steps.add(line.step());
    }

    @Override
    public void warned(String sentence) {
      warnings.add(sentence);
    }
  }

  static Stream<Arguments> runs() {
    return Stream.of(
        Arguments.of("as it is", "{}", List.of()),
        Arguments.of(
            "parts that are added up",
            "{'training': {'accumulate': 2}}",
            List.of(PARTS + "each has parts that are added up")),
        Arguments.of(
            "times by loss",
            "{'objective': {'times': 'loss'}}",
            List.of(PARTS + "download: expected")),
        Arguments.of(
            "times around a middle", "{'objective': {'times': 'logit-normal'}}", List.of()),
        Arguments.of("weights brought to length", "{" + KARRAS + "}", List.of()),
        Arguments.of(
            "weights brought to length once for two parts",
            "{'training': {'accumulate': 2}, " + KARRAS + "}",
            List.of(PARTS + "each has parts that are added up")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void aRunEndsInTheSameBits(
      String name, String settings, List<String> warnings, @TempDir Path folder)
      throws IOException {
    String json = settings.replace('\'', '"');
    TinyRun expected = run(folder.resolve("direct")).with("%s", json);
    TinyRun actual = run(folder.resolve("recorded")).with("%s", json);
    assertEquals(Trainer.Outcome.FINISHED, expected.train(direct));
    Told told = new Told();
    assertEquals(Trainer.Outcome.FINISHED, actual.train(recording, told));
    assertEquals(IntStream.rangeClosed(1, STEPS).boxed().toList(), told.steps);
    assertEquals(warnings.size(), told.warnings.size(), told.warnings::toString);
    for (int i = 0; i < warnings.size(); i++) {
      assertTrue(told.warnings.get(i).startsWith(warnings.get(i)), told.warnings.get(i));
    }
    assertEquals(expected.log(), actual.log());
    same(expected, actual);
  }

  @Test
  void aRunThatGoesOnEndsInTheSameBits(@TempDir Path folder) throws IOException {
    TinyRun whole = run(folder.resolve("whole"));
    whole.train(recording);
    TinyRun parts = run(folder.resolve("parts"));
    AtomicReference<Trainer> trainer = new AtomicReference<>();
    trainer.set(parts.trainer(recording, TrainingListener.ofSteps(line -> {
      if (line.step() == STEPS / 2) { // which is told while the next one is under way
        trainer.get().stop();
      }
    })));
    assertEquals(Trainer.Outcome.STOPPED, trainer.get().run());
    assertEquals(STEPS / 2 + 1, parts.log().size());
    assertEquals(Trainer.Outcome.FINISHED, parts.train(recording));
    same(whole, parts);
    assertEquals(whole.log(), parts.log());
    assertArrayEquals(
        whole.sample(direct, 1, 2, 3), parts.sample(recording, 1, 2, 3), "the last one alone");
  }

  private static TinyRun run(Path folder) throws IOException {
    return TinyRun.in(folder)
        .withDim(4)
        .withSteps(STEPS, STEPS)
        .withBatch(2, 1)
        .withSampler(6, 0.5);
  }

  private static void same(TinyRun expected, TinyRun actual) throws IOException {
    Map<String, byte[]> files = actual.checkpoint(STEPS);
    for (Map.Entry<String, byte[]> file : expected.checkpoint(STEPS).entrySet()) {
      assertArrayEquals(file.getValue(), files.get(file.getKey()), file.getKey());
    }
  }
}
