package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.diffusion.exchange.SchedulerFile;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Which files of the schedulers of diffusers are read as a recipe. {@link ContinuousSchedulerRunner}, {@link
 * DiffusersRunner}, {@link HeunRunner} and {@link SolverRunner} sample with what was read and compare all steps.
 */
class SchedulerFilesTest {

  private static final Map<String, String> REFUSED = Map.of(
      "diffusion/diffusers/euler_continuous_sigma_min",
      "file: expected sigma_min to be in the range of the process, 0.029167158151720367 to"
          + " 14.61464122933364, got 0.02",
      "diffusion/diffusers/euler_sample_log_linear",
      "file: expected interpolation_type to be linear, got \"log_linear\"",
      "diffusion/diffusers/flow_euler_dynamic",
      "file: expected use_dynamic_shifting to be false, as the shift is not in the file then; name it, which is"
          + " exp(mu), as shift, got true",
      "diffusion/diffusers/flow_euler_karras",
      "file: expected options known to Brume, got use_karras_sigmas = true");

  @Test
  void allAreReadButThoseThatAskForWhatBrumeLacks() throws IOException {
    Map<String, String> refused = new TreeMap<>();
    for (GoldenCase asked : GoldenCases.in(GoldenCases.shipped())) {
      String scheduler = asked.attrs().path("scheduler").asText();
      if (asked.kind().equals("trajectory") && !scheduler.isEmpty()) {
        try {
          SchedulerFile.recipe(scheduler, asked.attrs().path("config"), "file").checked();
        } catch (IOException | IllegalArgumentException reason) {
          refused.put(asked.name(), String.valueOf(reason.getMessage()));
        }
      }
    }
    assertEquals(REFUSED, refused);
  }
}
