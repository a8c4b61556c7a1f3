package brume.nn.karras;

import static brume.autograd.function.reduce.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KarrasUNetTest {

  private static final Device ON = Backends.reference();

  private static KarrasUNetConfig config(Space space, List<Halving> halvings, double dropout) {
    return new KarrasUNetConfig(
        space,
        2,
        3,
        4,
        4,
        6,
        0,
        halvings.isEmpty() ? List.of(1) : List.of(1, 1),
        halvings,
        List.of(2),
        space == Space.VIDEO,
        2,
        4,
        1,
        new KarrasUNetConfig.Mix(0.5, 0.5, 0.3, 0.3),
        dropout,
        false);
  }

  private static KarrasUNet image(double dropout) {
    return new KarrasUNet(ON, RandomKey.of(1), config(Space.IMAGE, List.of(Halving.ALL), dropout));
  }

  private static Variable numbers(int... shape) {
    Shape sizes = Shape.of(shape);
    float[] values = new float[sizes.size()];
    RandomKey.of(2).fillNormal(0, values, 0, values.length);
    return Variable.parameter(Tensor.of(ON, sizes, values));
  }

  private static NamedParameter named(KarrasUNet network, String path) {
    return network.parameters().stream()
        .filter(p -> p.path().equals(path))
        .findFirst()
        .orElseThrow();
  }

  private static void setGains(KarrasUNet network, double gain) {
    for (NamedParameter p : network.parameters()) {
      if (p.path().endsWith("gain")) {
        p.variable().value().copyFrom(new double[] {gain});
      }
    }
  }

  @Test
  void answersZeroUntilItIsTrained() {
    try (Scope scope = Scope.open()) {
      Variable y =
          image(0).predict(Query.of(numbers(2, 4, 4, 2), new double[] {0, 1}, Pass.inference()));
      assertEquals(Shape.of(2, 4, 4, 3), y.shape());
      assertArrayEquals(new double[2 * 4 * 4 * 3], y.value().toDoubles(), 1e-300); // also −0
    }
  }

  @Test
  void keepsTheMagnitudeOfNormalNumbers() {
    try (Scope scope = Scope.open()) {
      KarrasUNet network = new KarrasUNet(ON, RandomKey.of(1), config(Space.IMAGE, List.of(), 0));
      named(network, "output_block.1.gain").variable().value().copyFrom(new double[] {1});
      double[] times = new double[2];
      double[] y = network
          .predict(Query.of(numbers(2, 40, 40, 2), times, Pass.inference()))
          .value()
          .toDoubles();
      double square = Arrays.stream(y).map(v -> v * v).average().orElseThrow();
      assertTrue(square > 0.25 && square < 2.5, "mean square " + square);
    }
  }

  @Test
  void trainingBringsTheWeightsThemselvesToMagnitudeOneAndNothingElse() {
    try (Scope scope = Scope.open()) {
      KarrasUNet network = image(0);
      setGains(network, 0.7);
      Variable x = numbers(1, 4, 4, 2);
      Tensor weight = named(network, "downs.0.block1.1.weight").variable().value();
      double[] before = weight.toDoubles();
      double[] memory = named(network, "downs.1.attn.mem_kv").variable().value().toDoubles();

      Query drawing = Query.of(x, new double[] {0.5}, Pass.inference());
      double[] y = network.predict(drawing).value().toDoubles();
      assertArrayEquals(before, weight.toDoubles());

      Variable trained =
          network.predict(Query.of(x, new double[] {0.5}, Pass.training(RandomKey.of(3))));
      double[] row = Arrays.copyOf(weight.toDoubles(), 9 * 4);
      assertEquals(9 * 4, Arrays.stream(row).map(v -> v * v).sum(), 1e-9, "squares of one filter");
      assertArrayEquals(
          memory, named(network, "downs.1.attn.mem_kv").variable().value().toDoubles());
      assertArrayEquals(y, trained.value().toDoubles(), 1e-9, "used normalized in any case");
    }
  }

  @Test
  void recomputedBlocksHaveTheSameGradients() {
    try (Scope scope = Scope.open()) {
      KarrasUNet network = image(0.2);
      setGains(network, 0.7);
      Variable x = numbers(2, 4, 4, 2);
      Pass pass = Pass.training(RandomKey.of(3));
      for (NamedParameter parameter : network.parameters()) {
        if (parameter.variable().requiresGradient()) {
          assertArrayEquals(
              gradient(network, x, pass, parameter.variable()),
              gradient(network, x, pass.recomputing(), parameter.variable()),
              1e-9,
              parameter.path());
        }
      }
    }
  }

  private static double[] gradient(KarrasUNet network, Variable x, Pass pass, Variable of) {
    Gradients gradients =
        sum(network.predict(Query.of(x, new double[] {0.5, 1}, pass))).backward();
    return gradients.of(of).orElseThrow().toDoubles();
  }

  @Test
  void videosAreHalvedInFramesOrInPixels() {
    try (Scope scope = Scope.open()) {
      for (Halving halving : Halving.values()) {
        KarrasUNet network =
            new KarrasUNet(ON, RandomKey.of(1), config(Space.VIDEO, List.of(halving), 0));
        setGains(network, 1);
        Query query = Query.of(numbers(1, 2, 4, 4, 2), new double[] {0}, Pass.inference());
        assertEquals(Shape.of(1, 2, 4, 4, 3), network.predict(query).shape());
        assertEquals(
            halving != Halving.FRAME,
            network.parameters().stream().anyMatch(p -> p.path().startsWith("downs.1.attn.0")),
            "attention at size 2");
        Query odd = Query.of(numbers(1, 1, 4, 4, 2), new double[] {0}, Pass.inference());
        if (halving == Halving.IMAGE) {
          assertEquals(Shape.of(1, 1, 4, 4, 3), network.predict(odd).shape());
        } else {
          ShapeException refused = assertThrows(ShapeException.class, () -> network.predict(odd));
          assertEquals(
              "karras: expected axis 1 of x to be divisible by 2, to be halved at every stage, got"
                  + " (1, 1, 4, 4, 2)",
              refused.getMessage());
        }
      }
    }
  }

  @Test
  void oneFrameAloneIsSeenByAllOthers() {
    try (Scope scope = Scope.open()) {
      KarrasUNet network = new KarrasUNet(ON, RandomKey.of(1), config(Space.VIDEO, List.of(), 0));
      setGains(network, 1);
      Variable x = numbers(1, 3, 4, 4, 2);
      Variable y = network.predict(Query.of(x, new double[] {0}, Pass.inference()));
      double[] only = new double[3 * 4 * 4 * 3];
      only[0] = 1; // a result of the first frame
      double[] dx =
          y.backward(Tensor.of(ON, y.shape(), only)).of(x).orElseThrow().toDoubles();
      for (int frame = 0; frame < 3; frame++) {
        double[] part = Arrays.copyOfRange(dx, frame * 32, (frame + 1) * 32);
        assertTrue(Arrays.stream(part).anyMatch(v -> v != 0), "frame " + frame);
      }
    }
  }
}
