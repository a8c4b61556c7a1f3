package brume.nn.unet.diffusers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.layer.TimeEncoding;
import brume.nn.unet.diffusers.UNet2DConfig.Level;
import brume.nn.unet.diffusers.UNet2DConfig.Middle;
import brume.nn.unet.diffusers.UNet2DConfig.Resampling;
import brume.nn.unet.diffusers.UNet2DConfig.Side;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the reference numbers leave out: options that they do not have. */
class UNet2DTest {

  private static final double[] TIMES = {17, 400};

  private final Backend reference = Backends.reference();
  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @CsvSource({
    "false, CONVOLUTION, 2, 1, 0, false",
    "true, RESIDUAL, 0, 2, 4, true",
    "true, CONVOLUTION, 0, 1, 3, true",
    "false, RESIDUAL, 1, 0.5, 8, false"
  })
  void backwardFollowsTheSlopeWithAllOptions(
      boolean scales,
      Resampling resampling,
      int middleGroups,
      double divisor,
      int headDim,
      boolean centered) {
    Middle middle = new Middle(true, middleGroups, divisor);
    UNet2D network = network(config(resampling, middle, headDim, scales, centered));
    double[] at = values("x"), along = values("direction");
    Variable x = Variable.parameter(image(at));
    Variable y = network.predict(Query.of(x, TIMES, Pass.inference()));
    double[] dy = random("dy", y.shape().size());
    double[] dx =
        y.backward(Tensor.of(reference, y.shape(), dy)).of(x).orElseThrow().toDoubles();

    double step = 1e-5;
    double above = value(network, moved(at, along, step), dy);
    double below = value(network, moved(at, along, -step), dy);
    assertEquals((above - below) / (2 * step), product(dx, along), 1e-6 * Math.abs(above));
  }

  @Test
  void attentionInTheMiddleMayBeLeftOutOrNotNormalized() {
    assertEquals(10, middleParameters(new Middle(true, 2, 1)));
    assertEquals(8, middleParameters(new Middle(true, 0, 1)));
    assertEquals(0, middleParameters(new Middle(false, 2, 1)));
  }

  private long middleParameters(Middle middle) {
    UNet2D network = network(config(Resampling.CONVOLUTION, middle, 4, false, false));
    return network.parameters().stream()
        .map(NamedParameter::path)
        .filter(path -> path.startsWith("mid_block.attentions"))
        .count();
  }

  @Test
  void refusesWhatDoesNotFit() {
    Middle middle = new Middle(true, 2, 1);
    UNet2D network = network(config(Resampling.CONVOLUTION, middle, 4, false, false));
    Variable odd = Variable.constant(Tensor.of(reference, Shape.of(1, 3, 4, 2), new double[24]));
    assertEquals(
        "unet: expected height and width divisible by 2 to be halved at every level, got x (1, 3, 4,"
            + " 2)",
        assertThrows(
                ShapeException.class,
                () -> network.predict(Query.of(odd, new double[1], Pass.inference())))
            .getMessage());
    assertEquals(
        "unet: expected heads of at most the 4 channels of a level, got headDim = 5",
        assertThrows(
                IllegalArgumentException.class,
                () -> config(Resampling.CONVOLUTION, middle, 5, false, false))
            .getMessage());
  }

  private UNet2D network(UNet2DConfig config) {
    return new UNet2D(reference, RandomKey.of(3), config);
  }

  /** Two levels of 4 and 8 channels, both attending on the way up; heads may be too large for 4. */
  private static UNet2DConfig config(
      Resampling resampling, Middle middle, int headDim, boolean scales, boolean centered) {
    int finest = headDim == 8 ? 8 : 4;
    return new UNet2DConfig(
        2,
        3,
        List.of(
            new Level(finest, new Side(false, resampling), new Side(true, resampling)),
            new Level(8, new Side(true, resampling), new Side(true, resampling))),
        middle,
        2,
        headDim,
        new TimeEncoding.Sinusoidal(10000, true, 0),
        6,
        scales,
        2,
        1e-5,
        0,
        centered,
        0);
  }

  private double value(UNet2D network, double[] at, double[] dy) {
    Variable y = network.predict(Query.of(Variable.constant(image(at)), TIMES, Pass.inference()));
    return product(y.value().toDoubles(), dy);
  }

  private Tensor image(double[] values) {
    return Tensor.of(reference, Shape.of(2, 4, 2, 2), values);
  }

  private static double[] values(String name) {
    return random(name, 2 * 4 * 2 * 2);
  }

  private static double[] random(String name, int count) {
    double[] values = new double[count];
    RandomKey.of(5).child(name).fillNormal(0, values, 0, count);
    return values;
  }

  private static double[] moved(double[] at, double[] along, double step) {
    double[] moved = new double[at.length];
    Arrays.setAll(moved, i -> at[i] + step * along[i]);
    return moved;
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
