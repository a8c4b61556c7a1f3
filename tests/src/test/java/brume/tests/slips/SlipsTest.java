package brume.tests.slips;

import static brume.autograd.function.attention.Attention.attention;
import static brume.autograd.function.reduce.Sum.sum;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Permute.permute;
import static brume.autograd.function.shape.Reshape.reshape;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Level;
import brume.diffusion.process.Levels;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.diffusion.sampler.DdpmStep;
import brume.diffusion.sampler.Estimate;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.layer.AttentionConfig;
import brume.nn.layer.AttentionKind;
import brume.nn.layer.Domain;
import brume.nn.layer.SelfAttention;
import brume.nn.layer.TimeTokenAttention;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.lucid.UNet;
import brume.nn.unet.lucid.UNetConfig;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the texts get wrong or leave unclear, as each was first written down and as it is. */
@SuppressWarnings("MustBeClosedChecker") // closed after each test
class SlipsTest {

  private static final Device ON = Backends.reference();
  private static final double EXACT = 1e-12;

  private final Scope scope = Scope.open(); // JUnit makes an instance for each test

  @AfterEach
  void closeScope() {
    scope.close();
  }

  // ---- The process ------------------------------------------------------------------------------

  /** The slip: z is multiplied by the variance of the step, not by its root. */
  @Test
  void aStepBackAddsNoiseByItsStandardDeviation() {
    double[] betas = {0.1, 0.2, 0.3};
    Level level = Levels.all(new ForwardProcess(NoiseSchedule.ofBetas(betas))).at(2);
    Estimate estimate =
        Estimate.ofData(level, numbers(Shape.of(1, 1), 0.7), numbers(Shape.of(1, 1), -0.2));
    double without = stepWith(0, estimate), with = stepWith(1, estimate);
    double before = 0.9 * 0.8, now = before * 0.7;
    assertEquals(Math.sqrt((1 - before) / (1 - now) * 0.3), with - without, EXACT);
  }

  private double stepWith(double z, Estimate now) {
    return DdpmStep.USUAL
        .next(now, (xt, level) -> now, () -> numbers(Shape.of(1, 1), z))
        .value()
        .item();
  }

  /** The slip: "10^4" in place of 1e-4. */
  @Test
  void theLinearScheduleBeginsAtOneTenThousandth() {
    NoiseSchedule schedule = NoiseSchedule.linear(1000);
    assertEquals(0.0001, schedule.beta(0), EXACT);
    assertEquals(0.02, schedule.beta(999), EXACT);
    assertEquals((0.0001 + 0.02) / 2, (schedule.beta(499) + schedule.beta(500)) / 2, EXACT);
  }

  /** The slip: v is called a score, which would be −ε/σ. */
  @Test
  void vIsTheVelocityBetweenDataAndNoise() {
    ForwardProcess q = new ForwardProcess(NoiseSchedule.ofBetas(0.36));
    int[] t = {0};
    Variable x0 = numbers(Shape.of(1, 2), 3, -1), epsilon = numbers(Shape.of(1, 2), 0.5, 2);
    double alpha = 0.8, sigma = 0.6;
    double[] v = Prediction.V.target(q, x0, t, epsilon).value().toDoubles();
    assertArrayEquals(new double[] {alpha * 0.5 - sigma * 3, alpha * 2 - sigma * -1}, v, EXACT);

    Variable xt = q.sample(x0, t, epsilon);
    Variable answer = numbers(Shape.of(1, 2), v);
    assertArrayEquals(
        new double[] {3, -1}, Prediction.V.x0(q, xt, t, answer).value().toDoubles(), EXACT);
    assertArrayEquals(
        new double[] {0.5, 2}, Prediction.V.epsilon(q, xt, t, answer).value().toDoubles(), EXACT);
  }

  // ---- Attention --------------------------------------------------------------------------------

  /** The slip: linear cross-attention is given the time and does not use it. */
  @ParameterizedTest
  @EnumSource(AttentionKind.class)
  void crossAttentionUsesTheTime(AttentionKind kind) {
    Parameters at = Parameters.of(ON, RandomKey.of(5));
    TimeTokenAttention layer = new TimeTokenAttention(at, 4, AttentionConfig.of(kind, 2, 3), false);
    Variable x = normal("x", Shape.of(1, 2, 3, 4));
    Variable time = Variable.parameter(normal("time", Shape.of(1, 4)).value());
    Variable y = layer.forward(x, time);
    double[] later = layer.forward(x, normal("later", Shape.of(1, 4))).value().toDoubles();
    assertTrue(largestGap(y.value().toDoubles(), later) > 1e-3, "the same at another time");

    double[] gradient = sum(y).backward().of(time).orElseThrow().toDoubles();
    assertTrue(
        Arrays.stream(gradient).allMatch(g -> Math.abs(g) > 1e-6), "no gradient of the time");
  }

  /** The slip: the U-Net of signals is said to have linear attention only. */
  @Test
  void theNetworkOfSignalsHasFullAttentionInTheMiddle() {
    UNetConfig config =
        UNetConfig.signal(BlockVersion.RMS_NORM, 1, 8, List.of(1, 2)).build();
    List<String> names = new UNet(ON, RandomKey.of(1), config)
        .parameters().stream().map(NamedParameter::path).toList();
    assertTrue(
        names.contains("mid_attn.fn.fn.to_out.weight"), () -> "linear in the middle " + names);
    assertFalse(names.contains("mid_attn.fn.fn.to_out.0.weight"), "linear in the middle");
    assertTrue(names.contains("downs.0.2.fn.fn.to_out.0.weight"), "full on the way down");
    assertTrue(names.contains("ups.1.2.fn.fn.to_out.0.weight"), "full on the way up");
  }

  /** The slip: an image is said to be split into tokens along its channels. */
  @Test
  void tokensArePositions() {
    Shape image = Shape.of(1, 2, 3, 4);
    Variable v = normal("v", image);
    Variable indifferent = numbers(image, new double[image.size()]);
    double[] y = attention(indifferent, normal("k", image), v, 2, 1).value().toDoubles();
    double[] vs = v.value().toDoubles();
    for (int i = 0; i < y.length; i++) {
      double mean = 0; // of the same channel over all positions
      for (int position = 0; position < 6; position++) {
        mean += vs[4 * position + i % 4] / 6;
      }
      assertEquals(mean, y[i], EXACT);
    }
  }

  /** Attention over channels would see longer vectors in a larger image; over positions, more of them. */
  @Test
  void anImageBesideItselfAttendsAsItDoesAlone() {
    SelfAttention layer = selfAttention();
    Variable x = normal("x", Shape.of(1, 2, 3, 4));
    double[] alone = layer.forward(x).value().toDoubles();
    double[] twice = layer.forward(concatenate(1, x, x)).value().toDoubles();
    assertArrayEquals(alone, Arrays.copyOf(twice, alone.length), EXACT);
    assertArrayEquals(alone, Arrays.copyOfRange(twice, alone.length, twice.length), EXACT);
  }

  @Test
  void attentionDoesNotKnowWhereAPositionIs() {
    SelfAttention layer = selfAttention();
    Variable x = normal("x", Shape.of(1, 2, 3, 4));
    double[] turned = layer.forward(permute(x, 0, 2, 1, 3)).value().toDoubles();
    double[] expected = permute(layer.forward(x), 0, 2, 1, 3).value().toDoubles();
    assertArrayEquals(expected, turned, EXACT);
    double[] inARow = layer.forward(reshape(x, Shape.of(1, 1, 6, 4))).value().toDoubles();
    assertArrayEquals(layer.forward(x).value().toDoubles(), inARow, EXACT);
  }

  private static SelfAttention selfAttention() {
    Parameters at = Parameters.of(ON, RandomKey.of(3));
    return new SelfAttention(at, Domain.IMAGE, 4, AttentionConfig.of(AttentionKind.FULL, 2, 3));
  }

  private static double largestGap(double[] a, double[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }

  private static Variable normal(String name, Shape shape) {
    float[] values = new float[shape.size()];
    RandomKey.of(9).child(name).fillNormal(0, values, 0, values.length);
    return Variable.constant(Tensor.of(ON, shape, values));
  }

  private static Variable numbers(Shape shape, double... values) {
    return Variable.constant(Tensor.of(ON, shape, values));
  }
}
