package brume.tests.end2end;

import static brume.autograd.function.pointwise.Affine.scale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.diffusion.process.Clipping;
import brume.diffusion.process.Levels;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.sampler.DdimStep;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.NotFiniteException;
import brume.diffusion.sampler.StepSampler;
import brume.nn.Denoiser;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import brume.tests.op.TestBackends;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers that get lost on a GPU are told of the step that loses them, once the next one has been given. */
@Tag("gpu")
class LostNumbersTest {

  private final Backend gpu = TestBackends.gpu();
  private final ReverseProcess process =
      ReverseProcess.of(NoiseSchedule.cosine(50), Prediction.EPSILON);

  @ParameterizedTest
  @CsvSource({"1, 29, 1", "2, 19, 2", "3, 9, 3"})
  void theStepIsNamed(int step, double time, int told) {
    Denoiser network = query -> scale(query.xt(), query.times()[0] > time ? 1 : Double.NaN);
    Denoised model = Denoised.of(network, process.withClipping(Clipping.none()));
    StepSampler sampler = new StepSampler(Levels.through(process.q(), 9, 19, 29), DdimStep.of(0));
    NoiseSource noise = NoiseSource.keyed(RandomKey.of(1), 0);
    List<Integer> seen = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      NotFiniteException lost = assertThrows(
          NotFiniteException.class,
          () -> sampler.sample(
              model, noise.start(gpu, Shape.of(2, 3)), noise, (done, of, x, x0) -> seen.add(done)));
      assertEquals(
          Text.of(
              "step %d of 3, at time %s of the network: expected finite samples, got none from the network;"
                  + " try an earlier checkpoint, or its weights without averages",
              step, time),
          lost.getMessage());
      assertEquals(told, seen.size(), "steps told before: " + seen);
    }
  }
}
