package brume.diffusion.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.data.Dataset;
import brume.diffusion.data.Datasets;
import brume.tensor.Shape;
import brume.tensor.io.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was seen in data, kept in a file. */
class ReferenceTest {

  private static final Shape SAMPLE = Shape.of(2, 2, 1);

  @TempDir
  private Path folder;

  private Dataset data(String name, float first) throws IOException {
    float[] values = new float[5 * SAMPLE.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i == 0 ? first : i / 30f;
    }
    Path file = folder.resolve(name);
    new SafeTensorsWriter().add("pictures", new int[] {5, 2, 2, 1}, values).write(file);
    return Datasets.named(file.toString()).resolved().open();
  }

  private Reference of(Dataset data, FeatureExtractor extractor, List<Long> told)
      throws IOException {
    return Reference.of(data, extractor, true, folder.resolve("kept"), told::add);
  }

  @Test
  void isFoundAgainForTheSameDataAlone() throws IOException {
    List<Long> told = new ArrayList<>();
    try (Dataset data = data("a.safetensors", 0.25f);
        Dataset other = data("b.safetensors", 0.75f)) {
      Reference first = of(data, new NumberFeatures(SAMPLE), told);
      assertFalse(first.found());
      assertEquals(5, first.size());
      assertEquals(List.of(5L), told);

      Reference again = of(data, new NumberFeatures(SAMPLE), told);
      assertTrue(again.found());
      assertEquals(1, told.size()); // nothing was looked at
      for (int i = 0; i < 5; i++) {
        assertArrayEquals(first.features()[i], again.features()[i]);
      }
      Reference others = of(other, new NumberFeatures(SAMPLE), told);
      assertFalse(others.found());
      assertNotEquals(first.kept(), others.kept());
    }
  }
}
