package brume.diffusion.sampler;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.guidance.Guidances;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.LogSnr;
import brume.diffusion.process.LogSnrs;
import brume.diffusion.process.Processes;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.settings.SettingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings that would change nothing are refused, and named. */
class WithoutEffectTest {

  private static SamplerSettings settings(String sampler, String changes) throws IOException {
    JsonNode tree = new ObjectMapper().readTree(changes.replace('\'', '"'));
    Record plain = (Record) Samplers.CATALOG.named(sampler).defaults();
    return (SamplerSettings) Recipe.ENGINE.read(tree, plain);
  }

  private static TrainedProcess process(String kind) {
    return Processes.CATALOG.named(kind).defaults().create(Clipping.none());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "dpmsolver; {'order': 1, 'correction': 'heun'}; correction",
        "dpmpp-sde; {'order': 1, 'correction': 'heun'}; correction",
        "dpmpp-single; {'order': 1, 'correction': 'heun'}; correction",
        "unipc; {'steps': 5, 'uncorrected': [4]}; uncorrected",
        "unipc; {'order': 1, 'lowerAtEnd': false}; lowerAtEnd",
        "dpmpp-single; {'order': 1, 'lowerAtEnd': false}; lowerAtEnd",
        "dpmsolver; {'order': 2, 'thirdOrder': 'published'}; thirdOrder",
        "dpmsolver; {'order': 1, 'ending': 'full'}; ending",
        "dpmpp-sde; {'order': 1, 'ending': 'euler'}; ending",
        "deis; {'order': 1, 'ending': 'full'}; ending",
        "pndm; {'start': 'runge-kutta', 'stride': 'equal'}; stride",
        "euler; {'churn': 10, 'churnFrom': 5, 'churnTo': 1}; churnTo",
      })
  void settingsOfSamplersAreRefused(String sampler, String changes, String named)
      throws IOException {
    SamplerSettings without = settings(sampler, changes);
    String message = assertThrows(SettingException.class, () -> without.create(process("discrete")))
        .getMessage();
    assertTrue(message.startsWith("{" + named + "}: expected "), message);
  }

  @Test
  void theyAreTakenWhereTheyHaveSome() throws IOException {
    settings("dpmsolver", "{'order': 3, 'thirdOrder': 'published'}").create(process("discrete"));
    settings("unipc", "{'steps': 5, 'uncorrected': [0, 3]}").create(process("discrete"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddpm", "lcm", "unipc", "dpmpp-sde"})
  void noiseOfAnotherEstimateNeedsASamplerThatReadsIt(String sampler) throws IOException {
    Guidances.Free plusPlus = new Guidances.Free(0.6, 0, 1, true);
    Sampler reads = settings("ddim", "{}").create(process("discrete"));
    assertDoesNotThrow(() -> plusPlus.requireEffect(reads));
    Sampler without = settings(sampler, "{'steps': 4}").create(process("discrete"));
    String message = assertThrows(SettingException.class, () -> plusPlus.requireEffect(without))
        .getMessage();
    assertTrue(message.startsWith("{guidance.plusPlus}: expected "), message);
    assertDoesNotThrow(() -> new Guidances.Free(3, 0, 1, false).requireEffect(without));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{'spacing': {'kind': 'karras', 'wholeTimes': true}}; wholeTimes",
        "{'steps': 4, 'spacing': {'kind': 'karras', 'sigmaMin': 50, 'sigmaMax': 50}}; spacing",
      })
  void levelsOfContinuousTimesAreRefusedByName(String changes, String named) throws IOException {
    SamplerSettings without = settings("heun", changes);
    String message = assertThrows(SettingException.class, () -> without.create(process("edm")))
        .getMessage();
    assertTrue(message.startsWith("{" + named + "}: expected "), message);
  }

  @Test
  void aScaleOfOneLeadsNowhere() throws IOException {
    Sampler any = settings("ddim", "{}").create(process("discrete"));
    for (Guidances.Free free : new Guidances.Free[] {
      new Guidances.Free(1, 0.7, 1, false),
      new Guidances.Free(1, 0, 0, true),
      new Guidances.Free(1, 0, 1, false, 0, 5)
    }) {
      assertThrows(SettingException.class, () -> free.requireEffect(any));
    }
  }

  @Test
  void aRangeWithoutALevelLeadsNowhere() throws IOException {
    Sampler any = settings("ddim", "{}").create(process("discrete"));
    for (Guidances.Free free : new Guidances.Free[] {
      new Guidances.Free(3, 0, 1, false, 5, 4), new Guidances.Free(3, 0, 1, false, 0, 1e-9)
    }) {
      String message =
          assertThrows(SettingException.class, () -> free.requireEffect(any)).getMessage();
      assertTrue(message.startsWith("{guidance.from}: expected a range"), message);
    }
    assertDoesNotThrow(() -> new Guidances.Free(3, 0, 1, false, 1, 5).requireEffect(any));
  }

  @Test
  void dataThatComeBackWithTimeAreRefused() {
    LogSnrs.Bounded back = new LogSnrs.Bounded(-15, 15, 1000, 1);
    String message = assertThrows(SettingException.class, back::create).getMessage();
    assertTrue(message.startsWith("{noiseRatio}: expected less than 23.09 times"), message);
    LogSnr most = new LogSnrs.Bounded(-15, 15, 23, 1).create();
    for (int i = 1; i <= 1000; i++) {
      assertTrue(most.at(i / 1000.0) < most.at((i - 1) / 1000.0), "falls at " + i);
    }
  }

  /** The least shift that is taken leaves no times near 0 alike. */
  @Test
  void theSmallestShiftOfCosinesFallsFromTheStart() {
    LogSnr least = new LogSnrs.Cosine(2.1e-3).create();
    assertTrue(least.at(1e-6) < least.at(0));
    assertThrows(
        SettingException.class,
        () -> Recipe.ENGINE.read(
            new ObjectMapper().createObjectNode().put("offset", 0), new LogSnrs.Cosine(0.008)));
  }

  /** Middles that nobody looks at must not refuse close levels. */
  @ParameterizedTest
  @ValueSource(strings = {"second-look", "runge-kutta"})
  void middlesOfCloseLevelsStandInNoWay(String start) throws IOException {
    settings("pndm", "{'steps': 100, 'spacing': 'karras', 'start': '" + start + "'}")
        .create(process("discrete"));
  }
}
