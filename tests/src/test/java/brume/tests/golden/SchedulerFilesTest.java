package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.diffusion.exchange.SchedulerFile;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Which files of the schedulers of diffusers are read as a recipe. {@link DiffusersRunner}, {@link
 * HeunRunner} and {@link SolverRunner} sample with what was read and compare all steps.
 */
class SchedulerFilesTest {

  /** What stands in the way of those that are not read. */
  private static final Set<String> UNKNOWN = Set.of(
      "CMStochasticIterativeScheduler",
      "EDMDPMSolverMultistepScheduler",
      "EDMEulerScheduler",
      "FlowMatchEulerDiscreteScheduler",
      "FlowMatchHeunDiscreteScheduler",
      "IPNDMScheduler");

  private static final Map<String, String> REFUSED = Map.of(
      "diffusion/diffusers/euler_continuous_sigma_min",
      "file: expected sigma_min to be in the range of the process, 0.029167158151720367 to"
          + " 14.61464122933364, got 0.02",
      "diffusion/diffusers/euler_sample_log_linear",
      "file: expected interpolation_type to be linear, got \"log_linear\"");

  @Test
  void allAreReadButThoseThatAskForWhatBrumeLacks() throws IOException {
    Map<String, String> refused = new TreeMap<>();
    Set<String> unknown = new TreeSet<>();
    for (GoldenCase asked : GoldenCases.in(GoldenCases.shipped())) {
      String scheduler = asked.attrs().path("scheduler").asText();
      if (asked.kind().equals("trajectory") && !scheduler.isEmpty()) {
        try {
          SchedulerFile.recipe(scheduler, asked.attrs().path("config"), "file").checked();
        } catch (IOException | IllegalArgumentException reason) {
          String sentence = String.valueOf(reason.getMessage());
          if (sentence.endsWith(", got " + scheduler)) {
            unknown.add(scheduler);
          } else {
            refused.put(asked.name(), sentence);
          }
        }
      }
    }
    assertEquals(REFUSED, refused);
    assertEquals(UNKNOWN, unknown);
  }
}
