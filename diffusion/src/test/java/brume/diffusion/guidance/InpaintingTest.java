package brume.diffusion.guidance;

import static brume.autograd.function.pointwise.Affine.affine;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.diffusion.guidance.Resampling.Move;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Levels;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.sampler.DdpmStep;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Estimate;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.SamplingListener;
import brume.diffusion.sampler.StepSampler;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Pictures of which a part is painted anew, and pictures drawn from another one. */
class InpaintingTest {

  private static final Device ON = Backends.reference();
  private static final Shape ONE = Shape.of(1, 2, 2, 1), TWO = Shape.of(2, 2, 2, 1);

  /** Thinks that all data are 0.25, whatever it sees. */
  private static final Denoised QUARTER =
      (xt, level) -> Estimate.ofData(level, xt, affine(xt, 0, 0.25));

  private static StepSampler ddpm() {
    return new StepSampler(
        Levels.all(new ForwardProcess(NoiseSchedule.cosine(20, 0.008))), DdpmStep.USUAL);
  }

  private static NoiseSource noise() {
    return NoiseSource.keyed(RandomKey.of(3), 0);
  }

  @Test
  void theWayGoesUpAndDownAgain() {
    assertEquals(
        "5v 4v 4^ 5^ 5v 4v 3v 2v 2^ 3^ 3v 2v 1v 1^ 2^ 2v 1v 0v", told(new Resampling(2, 1, 2)));
    assertEquals("5v 4v 3v 2v 1v 0v", told(Resampling.NONE));
    assertThrows(IllegalArgumentException.class, () -> new Resampling(0, 1, 1));
  }

  private static String told(Resampling resampling) {
    return resampling.moves(6, 6).stream()
        .map(InpaintingTest::told)
        .collect(Collectors.joining(" "));
  }

  private static String told(Move move) {
    return move.level() + (move.up() ? "^" : "v");
  }

  @Test
  void whatIsKnownStaysExactlyAndTheRestIsPainted() {
    for (Resampling resampling : List.of(Resampling.NONE, new Resampling(5, 2, 3))) {
      try (Scope scope = Scope.open()) {
        Tensor known = Tensor.of(ON, ONE, new double[] {0.5, -0.5, 0.1, 0.9});
        Tensor mask = Tensor.of(ON, ONE, new double[] {1, 0, 1, 0});
        Inpainting inpainting = new Inpainting(ddpm(), known, mask, resampling);
        NoiseSource noise = noise();
        int[] steps = new int[1];
        SamplingListener counting = (done, of, x, x0) -> steps[0] = done;
        double[] end =
            inpainting.sample(QUARTER, noise.start(ON, TWO), noise, counting).toDoubles();
        assertArrayEquals(new double[] {0.5, 0.25, 0.1, 0.25, 0.5, 0.25, 0.1, 0.25}, end, 1e-12);
        assertEquals(inpainting.steps(), steps[0]);
      }
    }
  }

  @Test
  void oneStepFromAPictureAsksForItsNoisyForm() {
    try (Scope scope = Scope.open()) {
      Tensor picture = Tensor.of(ON, ONE, new double[] {0.5, -0.5, 0.1, 0.9});
      StepSampler inner = ddpm();
      FromPicture few = FromPicture.of(inner, picture, 0.1);
      assertEquals(2, few.steps());
      assertEquals(20, FromPicture.of(inner, picture, 1).steps());
      assertEquals(1, FromPicture.of(inner, picture, 0.01).steps());
      NoiseSource noise = noise();
      Tensor start = noise.start(ON, TWO);
      double[][] seen = new double[1][];
      Denoised watching = (xt, level) -> {
        seen[0] = seen[0] == null ? xt.value().toDoubles() : seen[0];
        return QUARTER.at(xt, level);
      };
      double[] end = few.sample(watching, start, noise, SamplingListener.NONE).toDoubles();
      double s = inner.levels().at(1).signal(), n = inner.levels().at(1).noise();
      double[] z = start.toDoubles();
      assertEquals(s * 0.5 + n * z[0], seen[0][0], 1e-12);
      assertEquals(s * 0.5 + n * z[4], seen[0][4], 1e-12);
      assertNotEquals(z[0], z[4]);
      assertEquals(0.25, end[0], 1e-12);
      assertThrows(IllegalArgumentException.class, () -> new FromPicture(inner, picture, 21));
    }
  }
}
