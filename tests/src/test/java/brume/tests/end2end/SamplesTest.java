package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Device;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Picture i of a seed is picture i of that seed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SamplesTest {

  private static final Device CPU = Backends.cpu();
  private static final int PICTURE = TinyRun.SIDE * TinyRun.SIDE;
  private static final int ALL = 20; // steps of the process: DDPM

  private TinyRun run;

  @BeforeAll
  void train(@TempDir Path folder) throws IOException {
    run = TinyRun.in(folder).withSteps(3, 3);
    run.train(CPU);
  }

  @ParameterizedTest
  @CsvSource({"4, 0", "4, 0.5", "20, 0"})
  void aPictureDependsNeitherOnTheBatchNorOnTheCount(int steps, double eta) throws IOException {
    TinyRun drawn = run.withSampler(steps, eta);
    float[] five = drawn.sample(CPU, 1, 64, 5);
    for (int batch : new int[] {1, 3}) {
      assertArrayEquals(five, drawn.sample(CPU, 1, batch, 5), "batches of " + batch);
    }
    assertArrayEquals(Arrays.copyOf(five, 2 * PICTURE), drawn.sample(CPU, 1, 64, 2));
  }

  @Test
  void picturesOfOneSeedDiffer() throws IOException {
    float[] two = run.withSampler(ALL, 0).sample(CPU, 1, 64, 2);
    assertFalse(Arrays.equals(two, 0, PICTURE, two, PICTURE, 2 * PICTURE));
    float[] others = run.withSampler(ALL, 0).sample(CPU, 2, 64, 2);
    assertFalse(Arrays.equals(two, 0, PICTURE, others, 0, PICTURE));
  }

  @Test
  void picturesLieBetweenBlackAndWhite() throws IOException {
    float[] drawn = run.withSampler(ALL, 0).sample(CPU, 1, 64, 5);
    for (float value : drawn) {
      assertTrue(value >= 0 && value <= 1, () -> "got " + value);
    }
  }
}
