package brume.diffusion.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.settings.SettingException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NoiseScheduleTest {

  static List<String> names() {
    return Schedules.CATALOG.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void alphaBarFallsFromAlmostOneAndStaysAtLeastZero(String name) {
    NoiseSchedule schedule = Schedules.CATALOG.named(name).defaults().create(100);
    double before = 1;
    for (int t = 0; t < schedule.steps(); t++) {
      assertEquals(before, schedule.alphaBarBefore(t));
      assertTrue(schedule.alphaBar(t) < before, "alphaBar falls at " + t + " of " + name);
      before = schedule.alphaBar(t);
    }
    assertTrue(schedule.alphaBar(0) > 0.9 && before >= 0, name + " " + before);
    assertEquals(0, schedule.alphaBarAfter(99));
  }

  @Test
  void linearEndsWhereThePaperSays() {
    NoiseSchedule schedule = NoiseSchedule.linear(1000);
    assertEquals(1e-4, schedule.beta(0), 1e-18);
    assertEquals(0.02, schedule.beta(999), 1e-16);
    assertEquals(4.0358e-5, schedule.alphaBar(999), 1e-9);
  }

  /** The usual offset, 0.008, and no other: written out, as in eq. 17 of Nichol and Dhariwal (2021). */
  @Test
  void cosineFallsAsThePaperSays() {
    NoiseSchedule four = NoiseSchedule.cosine(4);
    assertEquals(0.8470121613269047, four.alphaBar(0), 1e-14);
    assertEquals(0.49384359044063775, four.alphaBar(1), 1e-14);
    assertEquals(0.1442721023857358, four.alphaBar(2), 1e-14);
    assertEquals(0.999, four.beta(3), "the last beta is limited");

    NoiseSchedule usual = NoiseSchedule.cosine(1000);
    assertEquals(0.999958715775178, usual.alphaBar(0), 1e-12);
    assertEquals(0.8470121613269047, usual.alphaBar(249), 1e-12);
    assertEquals(0.49384359044063775, usual.alphaBar(499), 1e-12);
    NoiseSchedule other = NoiseSchedule.cosine(4, 0.1);
    assertEquals(
        square(Math.cos(0.35 / 1.1 * Math.PI / 2) / Math.cos(0.1 / 1.1 * Math.PI / 2)),
        other.alphaBar(0),
        1e-14);
  }

  /** Numbers of diffusers 0.40 in double precision. */
  @Test
  void sigmoidAndLaplaceAreThoseOfDiffusers() {
    NoiseSchedule sigmoid = NoiseSchedule.sigmoidBetas(5, 1e-4, 0.02);
    assertEquals(0.00014920520081703202, sigmoid.beta(0), 1e-17);
    assertEquals(0.0010437748762335789, sigmoid.beta(1), 1e-17);
    assertEquals(0.019950794799182970, sigmoid.beta(4), 1e-16);
    NoiseSchedule laplace = NoiseSchedule.laplace(4);
    assertEquals(0.2342507060522837, laplace.beta(0), 1e-14);
    assertEquals(0.9508899160272165, laplace.beta(3), 1e-14);
    assertEquals(0.7074601578004677, NoiseSchedule.laplace(1000).alphaBar(499), 1e-12);
  }

  @Test
  void aListHasAVarianceForEveryStepOrOneForAll() {
    assertEquals(0.3, new Schedules.Listed(List.of(0.1, 0.3)).create(2).beta(1));
    assertEquals(0.1, new Schedules.Listed(List.of(0.1)).create(4).beta(3));
    assertEquals(
        "{betas}: expected one, or as many as the {timesteps} 4, got 2",
        assertThrows(
                SettingException.class, () -> new Schedules.Listed(List.of(0.1, 0.3)).create(4))
            .getMessage());
  }

  private static double square(double x) {
    return x * x;
  }

  @Test
  void respacingKeepsAlphaBarAndWidensTheSteps() {
    NoiseSchedule every = NoiseSchedule.cosine(100);
    NoiseSchedule some = every.respaced(9, 49, 99);
    assertEquals(3, some.steps());
    assertEquals(every.alphaBar(49), some.alphaBar(1));
    assertEquals(1 - every.alphaBar(49) / every.alphaBar(9), some.beta(1));
    assertEquals(1 - every.alphaBar(9), some.beta(0));
  }

  @Test
  void zeroTerminalSnrLeavesNothingOfTheData() {
    NoiseSchedule schedule = NoiseSchedule.linear(50).withZeroTerminalSnr();
    assertEquals(0, schedule.alphaBar(49));
    assertEquals(NoiseSchedule.linear(50).alphaBar(0), schedule.alphaBar(0), 1e-12);
  }

  @Test
  void refusesVariancesThatAreNone() {
    assertEquals(
        "schedule: expected every beta in (0, 1], got 1.5 at time 1 of 2; more steps make smaller betas",
        assertThrows(IllegalArgumentException.class, () -> NoiseSchedule.ofBetas(0.5, 1.5))
            .getMessage());
    assertEquals(
        "linear schedule: expected at least 20 steps, as its last beta is 20/T, got 19",
        assertThrows(IllegalArgumentException.class, () -> NoiseSchedule.linear(19))
            .getMessage());
    assertEquals(
        "respaced: expected ascending times from 0 to 19, got [3, 2]",
        assertThrows(
                IllegalArgumentException.class, () -> NoiseSchedule.linear(20).respaced(3, 2))
            .getMessage());
  }
}
