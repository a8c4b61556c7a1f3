package brume.diffusion.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.StoredLayout;
import brume.nn.io.Stateful;
import brume.nn.optim.Adam;
import brume.nn.optim.AdamConfig;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts that every run has. */
class StatefulTest {

  @TempDir
  private Path folder;

  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  private static List<NamedParameter> parameters(float... values) {
    Tensor tensor = Tensor.of(Backends.reference(), Shape.of(values.length), values);
    return List.of(new NamedParameter("w", Variable.parameter(tensor), StoredLayout.SAME));
  }

  private static List<Stateful> parts(List<NamedParameter> model, Adam optimizer) {
    return List.of(Stateful.of("model", model), Stateful.of("optimizer", optimizer));
  }

  @Test
  void comeBackFromACheckpoint() throws IOException {
    List<NamedParameter> model = parameters(1, 2);
    Adam optimizer = new Adam(model, AdamConfig.adam());
    optimizer.resumeAfter(9);
    optimizer.state().get(0).variable().value().copyFrom(new double[] {3, 4});
    Checkpoints checkpoints = new Checkpoints(new RunFolder(folder).create());
    checkpoints.write(CheckpointState.of("test", 9, 0, 0), parts(model, optimizer), Keep.two());

    List<NamedParameter> model2 = parameters(0, 0);
    Adam optimizer2 = new Adam(model2, AdamConfig.adam());
    checkpoints.newest().orElseThrow().restore(parts(model2, optimizer2));
    assertArrayEquals(new float[] {1, 2}, model2.get(0).variable().value().toFloats());
    assertArrayEquals(
        new float[] {3, 4}, optimizer2.state().get(0).variable().value().toFloats());
    assertEquals(9, optimizer2.steps());

    IOException e = assertThrows(IOException.class, () -> Stateful.of("model", parameters(1, 2, 3))
        .load(folder.resolve("checkpoints/step-000009")));
    assertTrue(
        e.getMessage().endsWith("; use it with the config.json it was made with"), e.getMessage());
  }
}
