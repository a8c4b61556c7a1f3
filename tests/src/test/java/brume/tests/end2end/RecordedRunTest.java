package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose steps are recorded end in the bits of those whose steps are not. */
@Tag("gpu")
class RecordedRunTest {

  private static final int STEPS = 8;

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

  @Test
  void aRunEndsInTheSameBits(@TempDir Path folder) throws IOException {
    TinyRun expected = run(folder.resolve("direct"), STEPS),
        actual = run(folder.resolve("recorded"), STEPS);
    assertEquals(Trainer.Outcome.FINISHED, expected.train(direct));
    Told told = new Told();
    assertEquals(Trainer.Outcome.FINISHED, actual.train(recording, told));
    assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 8), told.steps);
    assertEquals(List.of(), told.warnings);
    assertEquals(expected.log(), actual.log());
    same(expected, actual);
    assertArrayEquals(
        expected.sample(direct, 1, 2, 3), actual.sample(recording, 1, 2, 3), "the last one alone");
  }

  @Test
  void aNetworkThatBringsItsWeightsToLengthEndsInTheSameBits(@TempDir Path folder)
      throws IOException {
    String karras = "{\"patch\": 1, \"network\": {\"kind\": \"karras\", \"dim\": 4, \"dimMax\": 4,"
        + " \"headDim\": 2, \"fourierDim\": 4, \"halvings\": 1, \"blocksPerStage\": 1}}";
    TinyRun expected = run(folder.resolve("direct"), STEPS).with(karras),
        actual = run(folder.resolve("recorded"), STEPS).with(karras);
    assertEquals(Trainer.Outcome.FINISHED, expected.train(direct));
    Told told = new Told();
    assertEquals(Trainer.Outcome.FINISHED, actual.train(recording, told));
    assertEquals(List.of(), told.warnings);
    same(expected, actual);
  }

  @Test
  void aRunThatGoesOnEndsInTheSameBits(@TempDir Path folder) throws IOException {
    TinyRun whole = run(folder.resolve("whole"), STEPS);
    whole.train(recording);
    TinyRun parts = run(folder.resolve("parts"), STEPS);
    AtomicReference<Trainer> trainer = new AtomicReference<>();
    trainer.set(parts.trainer(recording, TrainingListener.ofSteps(line -> {
      if (line.step() == 4) { // which is told while the fifth is under way
        trainer.get().stop();
      }
    })));
    assertEquals(Trainer.Outcome.STOPPED, trainer.get().run());
    assertEquals(5, parts.log().size());
    assertEquals(Trainer.Outcome.FINISHED, parts.train(recording));
    same(whole, parts);
    assertEquals(whole.log(), parts.log());
  }

  private static TinyRun run(Path folder, int steps) throws IOException {
    return TinyRun.in(folder)
        .withDim(4)
        .withSteps(steps, steps)
        .withBatch(2, 2)
        .withSampler(6, 0.5);
  }

  private static void same(TinyRun expected, TinyRun actual) throws IOException {
    Map<String, byte[]> files = actual.checkpoint(STEPS);
    for (Map.Entry<String, byte[]> file : expected.checkpoint(STEPS).entrySet()) {
      assertArrayEquals(file.getValue(), files.get(file.getKey()), file.getKey());
    }
  }
}
