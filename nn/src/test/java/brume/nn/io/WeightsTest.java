package brume.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.nn.Parameters;
import brume.nn.layer.Conv2d;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.Domain;
import brume.nn.layer.Linear;
import brume.tensor.Scope;
import brume.tensor.io.SafeTensors;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsTest {

  @TempDir
  private Path folder;

  private final Backend reference = Backends.reference();
  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void whatIsSavedComesBackBitForBit() throws IOException {
    Parameters saved = someLayers(1), loaded = someLayers(2);
    saved.all().get(0).variable().value().copyFrom(thirds(2 * 9 * 3));
    Weights.save(folder.resolve("w.safetensors"), saved.all());
    Weights.load(folder.resolve("w.safetensors"), loaded.all());
    for (int i = 0; i < saved.all().size(); i++) {
      assertArrayEquals(
          saved.all().get(i).variable().value().toDoubles(),
          loaded.all().get(i).variable().value().toDoubles());
    }
  }

  @Test
  void filesHaveNamesAndLayoutsOfPyTorch() throws IOException {
    Path file = folder.resolve("w.safetensors");
    Parameters layers = someLayers(1);
    Weights.save(file, layers.all(), Map.of("step", "12"));
    SafeTensors tensors = SafeTensors.read(file);
    assertArrayEquals(new int[] {2, 3, 3, 3}, tensors.shape("conv.weight"));
    double[] ours = layers.all().get(0).variable().value().toDoubles(); // (2, 3, 3, 3)
    assertEquals(
        ours[((1 * 3 + 0) * 3 + 1) * 3 + 2], // output 1, row 0, column 1, input 2
        tensors.doubles("conv.weight")[((1 * 3 + 2) * 3 + 0) * 3 + 1]);
    assertEquals("12", tensors.metadata().get("step"));
  }

  @Test
  void everyNameThatDoesNotFitIsListedAndNothingChanges() throws IOException {
    Path file = folder.resolve("w.safetensors");
    Parameters other = Parameters.of(reference, RandomKey.of(1));
    new Linear(other.child("linear"), 5, 4);
    new Linear(other.child("surplus"), 1, 1);
    Weights.save(file, other.all());

    Parameters layers = someLayers(2);
    double[] before = layers.all().get(3).variable().value().toDoubles();
    IOException refused = assertThrows(IOException.class, () -> Weights.load(file, layers.all()));
    assertEquals(
        file
            + ": expected exactly the 4 parameters of the network, got 2 missing (conv.weight,"
            + " conv.bias); 1 of another shape (linear.weight: expected (4, 6), got (4, 5)); 2"
            + " unknown (surplus.weight, surplus.bias)",
        refused.getMessage());
    assertArrayEquals(before, layers.all().get(3).variable().value().toDoubles());
  }

  private Parameters someLayers(long seed) {
    Parameters root = Parameters.of(reference, RandomKey.of(seed));
    new Conv2d(root.child("conv"), ConvConfig.of(Domain.IMAGE, 3, 2, 3));
    new Linear(root.child("linear"), 6, 4);
    return root;
  }

  private static double[] thirds(int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = i / 3.0;
    }
    return values;
  }
}
