package brume.diffusion.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.process.Clippings;
import brume.diffusion.process.Way;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.sampler.Samplers;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of all schedulers are read, and what was read is written as the same file again. */
class SchedulerFileTest {

  @TempDir
  private Path folder;

  private Recipe read(String name, String options) throws IOException {
    Path file = Files.writeString(folder.resolve("scheduler_config.json"), options);
    Options read = Options.read(file);
    return Recipes.overlay(
        SchedulerFile.parts(name, Optional.empty(), Map.of(), read), "file", Recipes.plain());
  }

  private static String json(String options) {
    return "{" + options.replace('\'', '"') + "}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DDPMScheduler | ddpm | 'variance_type': 'fixed_large', 'clip_sample_range': 2.0",
        "DDIMScheduler | ddim | 'set_alpha_to_one': false, 'steps_offset': 1",
        "DDIMScheduler | ddim | 'rescale_betas_zero_snr': true, 'timestep_spacing': 'trailing',"
            + " 'prediction_type': 'v_prediction'",
        "PNDMScheduler | pndm | 'skip_prk_steps': true, 'steps_offset': 1",
        "PNDMScheduler | pndm | 'set_alpha_to_one': true, 'prediction_type': 'v_prediction'",
        "EulerDiscreteScheduler | euler | 'timestep_spacing': 'leading', 'steps_offset': 1",
        "EulerDiscreteScheduler | euler | 'use_karras_sigmas': true, 'final_sigmas_type': 'sigma_min'",
        "EulerDiscreteScheduler | euler | 'use_karras_sigmas': true, 'sigma_min': 0.1, 'sigma_max': 20",
        "EulerDiscreteScheduler | euler | 'use_exponential_sigmas': true, 'prediction_type': 'sample'",
        "EulerDiscreteScheduler | euler | 'rescale_betas_zero_snr': true, 'timestep_spacing': 'trailing',"
            + " 'beta_schedule': 'scaled_linear', 'beta_start': 0.00085, 'beta_end': 0.012",
        "EulerAncestralDiscreteScheduler | euler-ancestral | 'beta_schedule': 'scaled_linear'",
        "HeunDiscreteScheduler | heun | 'clip_sample': true, 'clip_sample_range': 1.2",
        "HeunDiscreteScheduler | heun | 'use_karras_sigmas': true",
        "LMSDiscreteScheduler | lms | 'timestep_spacing': 'trailing'",
        "KDPM2DiscreteScheduler | kdpm2 | 'use_karras_sigmas': true",
        "KDPM2AncestralDiscreteScheduler | kdpm2 | 'prediction_type': 'v_prediction'",
        "DPMSolverMultistepScheduler | dpmpp-2m | 'thresholding': true, 'sample_max_value': 2.0",
        "DPMSolverMultistepScheduler | dpmpp-2m | 'lambda_min_clipped': -Infinity,"
            + " 'euler_at_final': true, 'use_karras_sigmas': true",
        "DPMSolverMultistepScheduler | dpmpp-3m | 'solver_order': 3, 'use_lu_lambdas': true",
        "DPMSolverMultistepScheduler | dpmpp-sde | 'algorithm_type': 'sde-dpmsolver++',"
            + " 'solver_type': 'heun', 'lower_order_final': false",
        "DPMSolverMultistepScheduler | dpmsolver | 'algorithm_type': 'dpmsolver', 'solver_order': 3,"
            + " 'final_sigmas_type': 'sigma_min', 'timestep_spacing': 'leading'",
        "DPMSolverSinglestepScheduler | dpmpp-single | 'solver_order': 3, 'use_karras_sigmas': true",
        "DPMSolverSinglestepScheduler | dpmpp-single | 'algorithm_type': 'dpmsolver',"
            + " 'final_sigmas_type': 'sigma_min'",
        "DEISMultistepScheduler | deis | 'solver_order': 3, 'lower_order_final': false",
        "UniPCMultistepScheduler | unipc | 'disable_corrector': [0, 1], 'solver_type': 'bh1',"
            + " 'steps_offset': 1, 'timestep_spacing': 'leading'",
        "UniPCMultistepScheduler | unipc | 'disable_corrector': [], 'predict_x0': false,"
            + " 'final_sigmas_type': 'sigma_min'",
        "LCMScheduler | lcm | 'timestep_scaling': 20.0, 'clip_sample': true",
        "TCDScheduler | tcd | 'prediction_type': 'v_prediction'",
        "EDMEulerScheduler | euler | 'sigma_max': 60.0, 'rho': 5.0",
        "EDMEulerScheduler | euler | 'sigma_schedule': 'exponential', 'prediction_type': 'v_prediction',"
            + " 'sigma_data': 0.7",
        "EDMDPMSolverMultistepScheduler | dpmpp-2m | 'solver_type': 'heun', 'thresholding': true",
        "EDMDPMSolverMultistepScheduler | dpmpp-3m | 'solver_order': 3, 'euler_at_final': true",
        "EDMDPMSolverMultistepScheduler | dpmpp-sde | 'algorithm_type': 'sde-dpmsolver++',"
            + " 'lower_order_final': false",
        "FlowMatchEulerDiscreteScheduler | flow-euler | 'shift': 3.0, 'base_shift': 0.5",
        "FlowMatchEulerDiscreteScheduler | flow-euler | 'stochastic_sampling': true",
        "FlowMatchHeunDiscreteScheduler | flow-heun | 'shift': 2.0",
        "IPNDMScheduler | ipndm | 'trained_betas': null",
        "CMStochasticIterativeScheduler | cm | 'clip_denoised': false, 'sigma_min': 0.01",
        "CMStochasticIterativeScheduler | cm | 'num_train_timesteps': 18, 'rho': 6.0",
      })
  void whatIsReadIsWrittenAgain(String name, String kind, String options) throws IOException {
    Recipe recipe = read(name, json(options)).checked();
    assertEquals(kind, Samplers.CATALOG.of(recipe.sampler()).name());
    SchedulerWriter writer = new SchedulerWriter(recipe);
    assertEquals(name, writer.className());
    assertTrue(writer.differences().isEmpty(), () -> writer.differences().toString());
    ObjectNode file = writer.file();
    Recipe again = Recipes.overlay(
        SchedulerFile.parts(name, Optional.empty(), Map.of(), new Options(file, "written")),
        "written",
        Recipes.plain());
    assertEquals(recipe.process(), again.process());
    assertEquals(recipe.clipping(), again.clipping());
    assertSameSampler(recipe, again);
  }

  /** Levels between two that a file names are the same though other numbers name them. */
  private static void assertSameSampler(Recipe one, Recipe other) {
    JsonNode first = Recipe.ENGINE.write((Record) one.sampler());
    JsonNode second = Recipe.ENGINE.write((Record) other.sampler());
    ((ObjectNode) first).remove("spacing");
    ((ObjectNode) second).remove("spacing");
    assertEquals(first, second);
    Way levels = one.sampler().create(one.reverse()).levels();
    Way others = other.sampler().create(other.reverse()).levels();
    assertEquals(levels.count(), others.count());
    for (int k = 0; k < levels.count(); k++) {
      assertEquals(levels.at(k).time(), others.at(k).time(), "time " + k);
      assertEquals(
          levels.at(k).sigma(), others.at(k).sigma(), 1e-9 * levels.at(k).sigma());
      assertEquals(levels.at(k).before().signal(), others.at(k).before().signal(), 1e-9);
    }
  }

  @Test
  void classesHaveTheirOwnDefaults() throws IOException {
    assertTrue(read("HeunDiscreteScheduler", "{}").process().toString().contains("0.012"));
    assertTrue(read("EulerDiscreteScheduler", "{}").process().toString().contains("0.02"));
    String lcm = read("LCMScheduler", "{}").process().toString();
    assertTrue(lcm.toLowerCase(Locale.ROOT).contains("quadratic"), lcm);
    assertEquals(new Clippings.None(), read("LCMScheduler", "{}").clipping());
    assertEquals(new Clippings.None(), read("EulerDiscreteScheduler", "{}").clipping());
  }

  /** Files that were made of those of another class keep its options. */
  @Test
  void optionsOfOtherClassesWithoutEffectAreLeft() throws IOException {
    Recipe plain = read("EulerDiscreteScheduler", json("'steps_offset': 1"));
    Recipe more = read(
        "EulerDiscreteScheduler",
        json("'steps_offset': 1, 'skip_prk_steps': true, 'set_alpha_to_one': false,"
            + " 'clip_sample': true, 'sample_max_value': 1.0, 'use_beta_sigmas': false"));
    assertEquals(plain, more);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EulerDiscreteScheduler | 'use_beta_sigmas': true |"
            + " options known to Brume, got use_beta_sigmas = true",
        "EulerDiscreteScheduler | 'thresholding': true |"
            + " options known to Brume, got thresholding = true",
        "EulerDiscreteScheduler | 'interpolation_type': 'log_linear' |"
            + " interpolation_type to be linear, got \"log_linear\"",
        "EulerDiscreteScheduler | 'use_karras_sigmas': true, 'timestep_spacing': 'trailing' |"
            + " timestep_spacing to be linspace with use_karras_sigmas, got \"trailing\"",
        "EulerDiscreteScheduler | 'final_sigmas_type': 'other' |"
            + " final_sigmas_type to be one of sigma_min, zero, got \"other\"",
        "EulerDiscreteScheduler | 'rescale_betas_zero_snr': true |"
            + " rescale_betas_zero_snr to be false with this schedule, which has less signal before its end,"
            + " got true",
        "EulerAncestralDiscreteScheduler | 'prediction_type': 'sample' |"
            + " prediction_type to be one of epsilon, v_prediction, got \"sample\"",
        "PNDMScheduler | 'timestep_spacing': 'trailing' |"
            + " timestep_spacing to be leading without skip_prk_steps, got \"trailing\"",
        "DPMSolverMultistepScheduler | 'algorithm_type': 'sde-dpmsolver' |"
            + " a DPMSolverMultistepScheduler with",
        "DPMSolverMultistepScheduler | 'use_flow_sigmas': true |"
            + " options known to Brume, got use_flow_sigmas = true",
        "DPMSolverMultistepScheduler | 'lambda_min_clipped': -5.1 |"
            + " lambda_min_clipped to be -Infinity, got -5.1",
        "DPMSolverMultistepScheduler | 'euler_at_final': true, 'lower_order_final': false |"
            + " lower_order_final to be true with euler_at_final, got false",
        "DPMSolverMultistepScheduler | 'beta_schedule': 'squaredcos_cap_v2',"
            + " 'use_karras_sigmas': true | use_karras_sigmas to be false with squaredcos_cap_v2, got true",
        "DEISMultistepScheduler | 'solver_order': 4 | solver_order to be 1 to 3, got 4",
        "UniPCMultistepScheduler | 'sigma_max': NaN, 'use_karras_sigmas': true |"
            + " sigma_max to be a number, got",
        "EDMEulerScheduler | 'final_sigmas_type': 'sigma_min' | final_sigmas_type to be zero, got \"sigma_min\"",
        "EDMEulerScheduler | 'sigma_min': 90 | sigma_min to be above 0 and less than sigma_max, 80.0, got 90",
        "EDMDPMSolverMultistepScheduler | 'prediction_type': 'sample' |"
            + " prediction_type to be one of epsilon, v_prediction, got \"sample\"",
        "EDMDPMSolverMultistepScheduler | 'solver_order': 1 | a EDMDPMSolverMultistepScheduler with",
        "FlowMatchEulerDiscreteScheduler | 'use_dynamic_shifting': true |"
            + " use_dynamic_shifting to be false, as the shift is not in the file then; name it, which is"
            + " exp(mu), as shift, got true",
        "FlowMatchEulerDiscreteScheduler | 'use_karras_sigmas': true |"
            + " options known to Brume, got use_karras_sigmas = true",
        "FlowMatchHeunDiscreteScheduler | 'num_train_timesteps': 500 |"
            + " num_train_timesteps to be 1000, as if of which networks are told times, got 500",
        "IPNDMScheduler | 'trained_betas': [0.1, 0.2] | trained_betas to be null for this scheduler, got",
        "CMStochasticIterativeScheduler | 's_noise': 1.01 | s_noise to be 1.0, got 1.01",
        "SASolverScheduler | 'a': 1 | one of CMStochasticIterativeScheduler, DDIMInverseScheduler,",
      })
  void whatBrumeLacksIsRefusedByName(String name, String options, String sentence) {
    IOException refused = assertThrows(IOException.class, () -> read(name, json(options)));
    String said = String.valueOf(refused.getMessage());
    assertTrue(
        said.startsWith(folder.resolve("scheduler_config.json") + ": expected " + sentence.strip()),
        said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"euler", "dpmpp-2m", "lcm", "unipc"})
  void samplersThatClipAsTheirClassDoesNotBecomeDdim(String kind) {
    Recipe recipe =
        Recipes.plain().with(Samplers.CATALOG.named(kind).defaults(), new Clippings.Range(1.0));
    SchedulerWriter writer = new SchedulerWriter(recipe);
    if (kind.equals("lcm")) {
      assertEquals("LCMScheduler", writer.className());
      return;
    }
    assertEquals("DDIMScheduler", writer.className());
    assertTrue(
        writer.differences().get(0).contains(kind + " with such clipping"),
        writer.differences().toString());
  }

  @Test
  void everySamplerHasARowOrNone() {
    TreeSet<String> without = new TreeSet<>();
    for (String kind : Samplers.CATALOG.names()) {
      if (SchedulerClass.ofKind(kind).isEmpty()) {
        without.add(kind);
      }
    }
    assertEquals(new TreeSet<>(List.of("auto", "edm-heun")), without);
  }
}
