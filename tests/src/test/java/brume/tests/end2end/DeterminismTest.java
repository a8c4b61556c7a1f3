package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import brume.tensor.Device;
import brume.tensor.io.SafeTensors;
import brume.tests.op.TestBackends;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same seed gives the same bits, whatever the number of threads and however often. */
class DeterminismTest {

  private static final int STEPS = 4;

  @TempDir
  private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void parametersAndSamplesDoNotDependOnTheNumberOfThreads(boolean groupNorm) throws IOException {
    Outcome alone = trained(1, groupNorm);
    for (int threads : new int[] {2, 5}) {
      assertSame(alone, trained(threads, groupNorm), threads + " threads");
    }
    assertSame(alone, trained(1, groupNorm), "once more");
  }

  @Test
  void anotherSeedGivesOtherBits() throws IOException {
    Device device = TestBackends.cpuWithThreads(1);
    TinyRun zero = TinyRun.in(folder.resolve("zero")).withSteps(1, 1);
    TinyRun one = TinyRun.in(folder.resolve("one")).withSteps(1, 1).withSeed(1);
    zero.train(device);
    one.train(device);
    assertFalse(Arrays.equals(
        zero.checkpoint(1).get("model.safetensors"), one.checkpoint(1).get("model.safetensors")));
  }

  /** Halves of a batch see the pictures, times and noise the whole batch sees. */
  @Test
  void accumulatedHalvesAreTheWholeBatch() throws IOException {
    TinyRun whole = TinyRun.in(folder.resolve("whole")).withGroupNorm().withBatch(4, 1);
    TinyRun halves = TinyRun.in(folder.resolve("halves")).withGroupNorm().withBatch(2, 2);
    whole.withSteps(1, 1).train(TestBackends.cpuWithThreads(1));
    halves.withSteps(1, 1).train(TestBackends.cpuWithThreads(1));

    assertEquals(whole.log().get(0).get(1), halves.log().get(0).get(1), 1e-6);
    assertEquals(whole.log().get(0).get(2), halves.log().get(0).get(2), 1e-5);
    SafeTensors expected = SafeTensors.read(moments(whole)),
        got = SafeTensors.read(moments(halves));
    assertEquals(expected.names(), got.names());
    for (String name : expected.names()) {
      assertArrayEquals(expected.floats(name), got.floats(name), 1e-5f, name);
    }
  }

  private static Path moments(TinyRun run) {
    return run.checkpointFolder(1).resolve("optimizer.safetensors");
  }

  private record Outcome(Map<String, byte[]> checkpoint, FloatBuffer samples) {}

  private Outcome trained(int threads, boolean groupNorm) throws IOException {
    Path place = Files.createTempDirectory(folder, "run");
    TinyRun tiny = TinyRun.in(place).withSteps(STEPS, STEPS).withBatch(3, 2);
    TinyRun run = groupNorm ? tiny.withGroupNorm() : tiny;
    Device device = TestBackends.cpuWithThreads(threads);
    run.train(device);
    float[] samples = run.withSampler(4, 0.5).sample(device, 7, 3, 5);
    return new Outcome(run.checkpoint(STEPS), FloatBuffer.wrap(samples));
  }

  private static void assertSame(Outcome expected, Outcome got, String what) {
    expected.checkpoint.forEach(
        (file, bytes) -> assertArrayEquals(bytes, got.checkpoint.get(file), what + ": " + file));
    assertArrayEquals(expected.samples.array(), got.samples.array(), what + ": samples");
  }
}
