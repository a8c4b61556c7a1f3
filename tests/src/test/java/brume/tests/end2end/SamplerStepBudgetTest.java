package brume.tests.end2end;

import static brume.autograd.function.pointwise.Affine.scale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.cuda.DriverBackend;
import brume.diffusion.guidance.ClassifierFree;
import brume.diffusion.guidance.GuidedEstimates;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Randomness;
import brume.nn.Labelled;
import brume.nn.Recorder;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the host does in a step of a sampler beside starting the recorded network, counted on a GPU that does
 * nothing: a few launches with their numbers as arguments. Nothing is waited for that is under way.
 */
class SamplerStepBudgetTest {

  private static final int STEPS = 8;
  private static final int ALL = 20; // of the process
  private static final int MIDDLE = 5; // recorded, and like its neighbors
  private static final int[] LABELS = {1, 2};

  private final NullDriver driver = new NullDriver();
  private final NullLibraries libraries = new NullLibraries();
  private final Backend gpu = DriverBackend.on("null", driver, libraries.blas(), libraries.dnn());

  @ParameterizedTest
  @CsvSource({
    "ddpm, false, 12", "ddim, false, 14", "euler, false, 11", "dpmpp-2m, false, 14",
    "ddpm, true, 21", "ddim, true, 23", "euler, true, 20", "dpmpp-2m, true, 23"
  })
  void aStepStaysWithinItsBudget(String kind, boolean guided, int most, @TempDir Path folder)
      throws IOException {
    Recipe recipe = TinyRun.in(folder)
        .with(
            "{\"sampler\": {\"kind\": \"%s\", \"steps\": %d}}",
            kind, kind.equals("ddpm") ? ALL : STEPS)
        .recipe();
    List<String> told = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      TrainedProcess process = recipe.reverse();
      Recorder network = Recorder.ofAsked(query -> scale(query.xt(), 0.5));
      Denoised plain = Denoised.of(network, process);
      Denoised asked = guided
          ? new GuidedEstimates(
              Denoised.of(new Labelled(network, LABELS), process),
              plain,
              new ClassifierFree(3, 0, 1),
              false)
          : plain;
      NoiseSource noise = Randomness.of(1).samples(0);
      try (Recorder.Session recorded = network.begin(told::add)) {
        recipe
            .sampler()
            .create(recipe.reverse())
            .sample(
                asked,
                noise.start(gpu, Shape.of(LABELS.length, 4, 4, 1)),
                noise,
                (done, of, x, x0) -> {
                  if (done == MIDDLE) {
                    told.add(counted(kind, guided));
                    int calls = calls();
                    assertEquals(guided ? 2 : 1, driver.graphs(), told.toString());
                    assertTrue(calls <= most, told.toString());
                    assertEquals(0, driver.waits(), told.toString());
                    assertEquals(0, driver.uploads(), "beside those of a network: " + told);
                  }
                  driver.forget();
                });
      }
    }
    System.out.println(told);
    assertEquals(1, told.size(), told.toString());
  }

  private String counted(String kind, boolean guided) {
    return Text.of(
        "%s%s: %d graphs, %d launches, %d uploads, %d waits, %d late numbers, %s",
        kind,
        guided ? ", guided" : "",
        driver.graphs(),
        calls(),
        driver.uploads(),
        driver.waits(),
        driver.lateNumbers(),
        driver.launches());
  }

  private int calls() {
    return driver.launches().values().stream().mapToInt(NullDriver.Tally::count).sum();
  }
}
