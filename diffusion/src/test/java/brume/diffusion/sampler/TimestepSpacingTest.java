package brume.diffusion.sampler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Levels;
import brume.diffusion.process.NoiseSchedule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TimestepSpacingTest {

  @ParameterizedTest
  @EnumSource(names = "WHOLE_STRIDE", mode = EnumSource.Mode.EXCLUDE) // has only some counts
  void timesAscendWithinTheSchedule(TimestepSpacing spacing) {
    for (int count : new int[] {1, 2, 7, 30, 100}) {
      int most = spacing == TimestepSpacing.LEADING_OPEN ? 99 : 100; // has one less
      int[] times = spacing.times(100, Math.min(count, most));
      assertTrue(times[0] >= 0 && times[times.length - 1] < 100, spacing + " " + count);
      for (int i = 1; i < times.length; i++) {
        assertTrue(times[i] >= times[i - 1], spacing + " " + count);
      }
    }
  }

  @Test
  void uniformTimesEndAtTheLastAndRoundAsSinglePrecisionDoes() {
    assertArrayEquals(new int[] {6, 13, 20, 27, 34, 41, 49}, TimestepSpacing.UNIFORM.times(50, 7));
    // The 13th is -1 + 13·1000/26 = 499 in exact arithmetic, and just below in single precision.
    assertEquals(498, TimestepSpacing.UNIFORM.times(1000, 26)[12]);
    assertArrayEquals(
        new int[] {999},
        TimestepSpacing.UNIFORM.times(1000, 1),
        "one step starts at the last time");
  }

  @Test
  void sectionsHaveAsManyTimesAsAskedForAndRoundHalvesToEven() {
    assertArrayEquals(new int[] {0, 9, 10, 14, 19}, new SectionSpacing(List.of(2, 3)).times(20));
    assertEquals(
        "sections: expected 1 to 10 times of section 1, got 11",
        assertThrows(
                IllegalArgumentException.class, () -> new SectionSpacing(List.of(2, 11)).times(20))
            .getMessage());
    assertEquals(
        "sections: expected 5 steps, the sum of [2, 3], got 6",
        assertThrows(IllegalArgumentException.class, () -> new SectionSpacing(List.of(2, 3))
                .levels(new ForwardProcess(NoiseSchedule.cosine(20)), 6))
            .getMessage());
  }

  /** There is no whole multiple of T/(T + 1) but 0: all steps would stand still. */
  @Test
  void allTimesButTheFirstAreNotAsManyAsThereAre() {
    assertArrayEquals(new int[] {1, 2, 3, 4}, TimestepSpacing.LEADING_OPEN.times(5, 4));
    assertEquals(
        "steps: expected 1 to 4, as all of 5 times but 0 are fewer, got 5",
        assertThrows(IllegalArgumentException.class, () -> TimestepSpacing.LEADING_OPEN.times(5, 5))
            .getMessage());
    ForwardProcess q = new ForwardProcess(NoiseSchedule.cosine(20));
    assertThrows(IllegalArgumentException.class, () -> Levels.through(q, 3, 7, 7));
  }

  @Test
  void stridesAreWhole() {
    assertArrayEquals(new int[] {0, 25, 50, 75}, TimestepSpacing.WHOLE_STRIDE.times(100, 4));
    assertThrows(IllegalArgumentException.class, () -> TimestepSpacing.WHOLE_STRIDE.times(100, 99));
  }

  @Test
  void namesAreFoundInAnyCaseAndListedOtherwise() {
    assertEquals(TimestepSpacing.QUADRATIC, TimestepSpacing.named("Quadratic"));
    assertEquals(
        "spacing: expected one of uniform, leading, strided, whole_stride, trailing, linspace, linspace_open, leading_open, quadratic, got even",
        assertThrows(IllegalArgumentException.class, () -> TimestepSpacing.named("even"))
            .getMessage());
  }
}
