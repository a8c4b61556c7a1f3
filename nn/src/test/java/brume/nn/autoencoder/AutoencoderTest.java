package brume.nn.autoencoder;

import static brume.autograd.function.reduce.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.GradientCheck;
import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.nn.ConfigException;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.NetworkChecks;
import brume.nn.autoencoder.AutoencoderLoss.Reconstruction;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutoencoderTest {

  private static final int LARGEST = 4; // numbers of a parameter whose gradient is checked

  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @CsvSource({"true, true, true, true", "false, false, false, false", "true, false, true, false"})
  void gradientsOfTheLossFollowItsSlope(
      boolean attention, boolean quant, boolean postQuant, boolean squared) {
    AutoencoderKL network = network(attention, quant, postQuant);
    Variable x = NetworkChecks.numbers(2, 4, 6, 2), noise = NetworkChecks.numbers(2, 2, 3, 3);
    AutoencoderLoss loss =
        new AutoencoderLoss(squared ? Reconstruction.MSE : Reconstruction.L1, 0.01);
    List<Variable> inputs = small(network);
    inputs.add(x);
    inputs.add(noise);
    new GradientCheck(1e-5, 1e-7, 1e-5)
        .check(() -> loss.of(network, x, noise).loss(), inputs.toArray(Variable[]::new))
        .requirePassed();
  }

  @Test
  void lossIsItsPartsTogether() {
    AutoencoderKL network = network(true, true, true);
    Variable x = NetworkChecks.numbers(2, 4, 4, 2), noise = NetworkChecks.numbers(2, 2, 2, 3);
    AutoencoderLoss.Parts parts =
        new AutoencoderLoss(Reconstruction.MSE, 0.5).of(network, x, noise);
    double error = 0;
    double[] decoded = parts.decoded().value().toDoubles(), original = x.value().toDoubles();
    for (int i = 0; i < decoded.length; i++) {
      error += Math.pow(decoded[i] - original[i], 2) / decoded.length;
    }
    assertEquals(error, parts.reconstruction().value().item(), 1e-12);
    assertEquals(
        error + 0.5 * parts.divergence().value().item(), parts.loss().value().item(), 1e-12);
  }

  @Test
  void divergenceOfTheStandardNormalDistributionIsZeroAndOfOthersAsKnown() {
    Posterior standard = new Posterior(constant(0, 0), constant(0, 0));
    assertArrayEquals(new double[] {0, 0}, standard.divergence().value().toDoubles());
    Posterior other = new Posterior(constant(1, -2), constant(Math.log(4), 0));
    double[] expected = {(1 + 4 - 1 - Math.log(4)) / 2, 4.0 / 2};
    assertArrayEquals(expected, other.divergence().value().toDoubles(), 1e-12);
    assertArrayEquals(
        new double[] {1 + 2 * 0.5, -2 + 3},
        other.sample(constant(0.5, 3)).value().toDoubles(),
        1e-12);
  }

  @Test
  void scalingAndShiftAreUndone() {
    AutoencoderKL network = network(false, true, true);
    Variable z = NetworkChecks.numbers(1, 2, 2, 3);
    double[] latents = network.toDenoiser(z).value().toDoubles();
    assertEquals((z.value().toDoubles()[0] - 0.25) * 0.5, latents[0], 1e-12);
    assertArrayEquals(
        z.value().toDoubles(),
        network.fromDenoiser(network.toDenoiser(z)).value().toDoubles(),
        1e-12);
  }

  @Test
  void oddSidesAreHalvedToTheSmallerNumber() {
    AutoencoderKL network = network(true, true, true);
    assertEquals(
        Shape.of(1, 2, 3, 3),
        network.encode(NetworkChecks.numbers(1, 5, 7, 2)).mean().shape());
    assertEquals(
        Shape.of(1, 4, 6, 2), network.decode(NetworkChecks.numbers(1, 2, 3, 3)).shape());
  }

  @Test
  void variancesAreBounded() {
    AutoencoderKL network = network(false, false, true);
    for (NamedParameter parameter : network.parameters()) {
      if (parameter.path().equals("encoder.conv_out.bias")) {
        parameter.variable().value().copyFrom(new double[] {0, 0, 0, 1e9, -1e9, 0});
      }
    }
    Posterior posterior = network.encode(NetworkChecks.numbers(1, 2, 2, 2));
    double[] bounded = posterior.logVariance().value().toDoubles();
    assertArrayEquals(new double[] {20, -30}, new double[] {bounded[0], bounded[1]});
  }

  @Test
  void codesAreTheNearestAndPassGradientsOn() {
    VqModel network = vq();
    Variable x = NetworkChecks.numbers(1, 4, 4, 2);
    VqModel.Quantized quantized = network.quantize(network.encode(x));
    double[] z = network.encode(x).value().toDoubles();
    double[] q = quantized.values().value().toDoubles();
    double[] table = network.parameters().stream()
        .filter(parameter -> parameter.path().equals("quantize.embedding.weight"))
        .findFirst()
        .orElseThrow()
        .variable()
        .value()
        .toDoubles();
    for (int place = 0; place < quantized.indexes().length; place++) {
      double chosen = distance(z, place, q, place);
      for (int code = 0; code < 5; code++) {
        assertFalse(distance(z, place, table, code) < chosen - 1e-12);
      }
      assertEquals(0, distance(q, place, table, quantized.indexes()[place]), 1e-12);
    }
    Gradients gradients = sum(quantized.values()).backward();
    Gradients direct = sum(network.encode(x)).backward();
    assertArrayEquals(
        direct.of(x).orElseThrow().toDoubles(), gradients.of(x).orElseThrow().toDoubles(), 1e-12);
    assertEquals(Shape.of(1, 4, 4, 2), network.decode(network.encode(x)).shape());
  }

  @Test
  void lossOfCodesMovesCodesAQuarterAsMuchAsLatents() {
    VqModel network = vq();
    Variable z = NetworkChecks.numbers(1, 1, 1, 3);
    Gradients gradients = network.quantize(z).loss().backward();
    Variable table = network.parameters().stream()
        .filter(parameter -> parameter.path().equals("quantize.embedding.weight"))
        .findFirst()
        .orElseThrow()
        .variable();
    double[] ofZ = gradients.of(z).orElseThrow().toDoubles();
    double[] ofCodes = gradients.of(table).orElseThrow().toDoubles();
    int code = network.quantize(z).indexes()[0];
    for (int i = 0; i < 3; i++) {
      assertEquals(-0.25 * ofZ[i], ofCodes[3 * code + i], 1e-12);
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    AutoencoderKL network = network(true, true, true);
    assertEquals(
        "autoencoder: expected pictures of shape (N, H, W, 2), got (1, 4, 4, 3)",
        assertThrows(ShapeException.class, () -> network.encode(NetworkChecks.numbers(1, 4, 4, 3)))
            .getMessage());
    assertEquals(
        "autoencoder: expected pictures of at least 2 pixels along either side, got (1, 1, 4, 2)",
        assertThrows(ShapeException.class, () -> network.encode(NetworkChecks.numbers(1, 1, 4, 2)))
            .getMessage());
    assertEquals(
        "autoencoder: expected latents of shape (N, H, W, 3), got (1, 4, 4, 2)",
        assertThrows(ShapeException.class, () -> network.decode(NetworkChecks.numbers(1, 4, 4, 2)))
            .getMessage());
    assertEquals(
        "autoencoder: expected groups that divide the channels of every level, got groups = 3 and 4"
            + " channels",
        assertThrows(ConfigException.class, () -> coder(true, 3)).getMessage());
  }

  private static double distance(double[] a, int rowA, double[] b, int rowB) {
    double distance = 0;
    for (int i = 0; i < 3; i++) {
      distance += Math.pow(a[3 * rowA + i] - b[3 * rowB + i], 2);
    }
    return distance;
  }

  private static CoderConfig coder(boolean attention, int groups) {
    return new CoderConfig(2, 2, List.of(4, 6), 1, 3, groups, attention);
  }

  private static AutoencoderKL network(boolean attention, boolean quant, boolean postQuant) {
    return new AutoencoderKL(
        NetworkChecks.ON,
        RandomKey.of(4),
        new AutoencoderConfig(coder(attention, 2), quant, postQuant, 0.5, 0.25));
  }

  private static VqModel vq() {
    return new VqModel(NetworkChecks.ON, RandomKey.of(4), new VqConfig(coder(true, 2), 5, 3, 1));
  }

  private static List<Variable> small(Layer network) {
    List<Variable> small = new ArrayList<>();
    for (NamedParameter parameter : network.parameters()) {
      if (parameter.variable().shape().size() <= LARGEST) {
        small.add(parameter.variable());
      }
    }
    return small;
  }

  private static Variable constant(double... values) {
    return Variable.constant(Tensor.of(NetworkChecks.ON, Shape.of(values.length, 1, 1, 1), values));
  }
}
