package brume.diffusion.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NoiseScheduleTest {

  @ParameterizedTest
  @EnumSource(ScheduleName.class)
  void alphaBarFallsFromAlmostOneAndStaysAtLeastZero(ScheduleName name) {
    NoiseSchedule schedule = name.of(100);
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

  @Test
  void namesAreFoundInAnyCaseAndListedOtherwise() {
    assertEquals(ScheduleName.WARMUP10, ScheduleName.named("Warmup10"));
    assertEquals(
        "schedule: expected one of linear, cosine, sigmoid, quadratic, constant, warmup10, warmup50, harmonic, got cosin",
        assertThrows(IllegalArgumentException.class, () -> ScheduleName.named("cosin"))
            .getMessage());
  }
}
