package brume.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.nn.ConfigException;
import brume.nn.optim.EmaRule.EmaPytorch;
import brume.nn.optim.EmaRule.EmaPytorch.Version;
import brume.nn.optim.EmaRule.HalfLife;
import brume.nn.optim.EmaRule.PowerFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EmaRuleTest {

  /** Numbers of the Trainer of denoising-diffusion-pytorch and of the EMA it makes. */
  @ParameterizedTest
  @EnumSource(Version.class)
  void theTrainersRuleAveragesEveryTenthCallAfterTheHundredth(Version version) {
    EmaPytorch rule = EmaPytorch.ofTrainer(version, 0.995);
    assertEquals(0, rule.rate(99));
    assertEquals(1, rule.rate(100));
    assertEquals(0, rule.rate(119));
    assertEquals(Math.cbrt(1.0 / (21 * 21)), rule.rate(120), 1e-12); // 1 − d = (1 + n)^−2/3, n = 20
    assertEquals(0.005, rule.rate(1_000_000), 1e-12);
  }

  @Test
  void powerIsTheRuleOfDiffusers() {
    EmaRule rule = EmaRule.power(0.9999, 2, 1, 0.75, 0.1);
    assertEquals(1, rule.rate(0));
    assertEquals(1, rule.rate(2));
    assertEquals(Math.pow(2, -0.75), rule.rate(3), 1e-12); // n = 1
    assertEquals(1 - 0.9999, rule.rate(10_000_000), 1e-12);
    assertEquals(0.9, EmaRule.power(0.9999, 0, 1, 0.01, 0.1).rate(1), 1e-12); // d at its smallest
  }

  @Test
  void halfOfAnAverageIsReplacedInAHalfLife() {
    double left = 1;
    for (int call = 0; call < 50; call++) {
      left *= 1 - new HalfLife(500, 0, 10).rate(call);
    }
    assertEquals(0.5, left, 1e-12);
  }

  @Test
  void rampUpShortensHalfLivesAtFirst() {
    HalfLife rule = new HalfLife(500, 0.05, 10);
    assertEquals(1, rule.rate(0), "nothing was seen before");
    assertEquals(0.5, rule.rate(20), 1e-12); // 200 seen, half-life 10: one batch replaces half
    assertEquals(new HalfLife(500, 0, 10).rate(0), rule.rate(1000), "500 are 5 % of 10,000");
    assertEquals(1, new HalfLife(0, 0, 10).rate(5), "no half-life copies");
  }

  @Test
  void averagesKeepAPartAsLargeAsTold() {
    assertEquals(1 - 0.75, new EmaRule.Constant(0.75).rate(1234));
    assertEquals(0.9, new EmaRule.DdpmTorch(0.9999).rate(0), 1e-12);
  }

  @Test
  void widthsOfPowerFunctionsAreThoseOfTheirWeights() {
    int calls = 20_000;
    PowerFunction rule = PowerFunction.ofWidth(0.1);
    double kept = 1, mean = 0, square = 0;
    for (int call = calls - 1; call >= 0; call--) {
      double weight = kept * rule.rate(call), at = (call + 1.0) / calls;
      mean += weight * at;
      square += weight * at * at;
      kept *= 1 - rule.rate(call);
    }
    assertEquals(0.1, Math.sqrt(square - mean * mean), 1e-4);
  }

  @Test
  void refusesWhatIsNoDecay() {
    assertEquals(
        "ema: expected a decay in [0, 1], got 1.5",
        assertThrows(ConfigException.class, () -> new EmaRule.Constant(1.5)).getMessage());
    assertThrows(ConfigException.class, () -> new EmaRule.DdpmTorch(Double.NaN));
    assertThrows(ConfigException.class, () -> new HalfLife(-1, 0, 1));
    assertThrows(ConfigException.class, () -> PowerFunction.ofWidth(0.3));
    assertThrows(ConfigException.class, () -> EmaRule.power(0.5, 0, 1, 1, 0.6));
  }
}
