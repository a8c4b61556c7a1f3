package brume.nn.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.io.SafeTensorsWriter;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the golden cases do not show of Inception: both ways of asking it, and files that do not fit. */
class InceptionV3Test {

  private static final Backend CPU = Backends.cpu();

  @TempDir
  private Path folder;

  @Test
  void featuresAreTheMeansOfTheLastStage() {
    try (Scope scope = Scope.open();
        Tape.Pause pause = Tape.pause()) {
      InceptionV3 network = new InceptionV3(CPU, false);
      RandomKey key = RandomKey.of(1);
      for (NamedParameter parameter : network.parameters()) {
        if (parameter.path().endsWith("conv.weight")) {
          Tensor filters = parameter.variable().value();
          double[] values = new double[filters.shape().size()];
          key.child(parameter.path()).fillNormal(0, values, 0, values.length);
          double scale = Math.sqrt(2.0 / (values.length / filters.shape().dim(0)));
          for (int i = 0; i < values.length; i++) {
            values[i] *= scale;
          }
          filters.copyFrom(values);
        }
      }
      double[] pixels = new double[2 * 20 * 30 * 3];
      key.child("pixels").fillUniform(0, pixels, 0, pixels.length);
      Variable pictures = Variable.constant(Tensor.of(CPU, Shape.of(2, 20, 30, 3), pixels));
      InceptionV3.Looked seen = network.look(pictures);
      assertEquals(Shape.of(2, InceptionV3.FEATURES), seen.features().shape());
      assertEquals(Shape.of(2, 8, 8, InceptionV3.FEATURES), seen.stages().get(3).shape());
      float[] features = network.features(pictures).value().toFloats();
      assertArrayEquals(seen.features().value().toFloats(), features);
      assertTrue(features[0] != features[InceptionV3.FEATURES], "both pictures look alike");
      assertThrows(
          ShapeException.class,
          () -> network.features(
              Variable.constant(Tensor.of(CPU, Shape.of(1, 2, 2, 1), 1, 2, 3, 4))));
    }
  }

  @Test
  void anotherFileIsRefused() throws IOException {
    Path file = folder.resolve("other.safetensors");
    new SafeTensorsWriter()
        .add("Conv2d_1a_3x3.conv.weight", new int[] {32, 3, 3, 3}, new float[864])
        .write(file);
    try (Scope scope = Scope.open()) {
      String sentence =
          assertThrows(IOException.class, () -> InceptionV3.read(file, CPU)).getMessage();
      assertTrue(
          sentence.contains(
              "expected the 470 parameters of pt_inception-2015-12-05, 469 are missing"),
          sentence);
    }
  }
}
