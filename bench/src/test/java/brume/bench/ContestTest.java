package brume.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContestTest {

  private static final List<String> OTHERS = List.of("a", "b", "absent");

  private static Contest threeRounds() {
    Contest contest = new Contest();
    double[][] rates = {{30, 10, 12}, {40, 12, 16}, {60, 11, 10}};
    for (int round = 1; round <= rates.length; round++) {
      contest.add("ours", round, rates[round - 1][0]);
      contest.add("a", round, rates[round - 1][1]);
      contest.add("b", round, rates[round - 1][2]);
    }
    return contest;
  }

  @Test
  void theMiddleRoundIsShownBetweenTheExtremes() {
    assertEquals("40.0 (30.0-60.0)", threeRounds().spread("ours", "%.1f"));
  }

  @Test
  void anEngineThatWasNotThereHasAnEmptyCell() {
    assertEquals("", threeRounds().spread("absent", "%.1f"));
    assertEquals("", threeRounds().ratio("absent", OTHERS, false));
  }

  @Test
  void theRatioIsTakenRoundByRoundToTheOneThatIsFasterOnTheWhole() {
    assertEquals("2.50 (2.50-6.00)", threeRounds().ratio("ours", OTHERS, false));
  }

  @Test
  void ofMemoryTheSmallerOneIsTheBetter() {
    assertEquals("3.33 (3.00-5.45)", threeRounds().ratio("ours", OTHERS, true));
  }

  @Test
  void theBestHasTheBetterMedian() {
    assertEquals(Optional.of("b"), threeRounds().best(OTHERS, false));
    assertEquals(Optional.of("a"), threeRounds().best(OTHERS, true));
    assertEquals(Optional.empty(), threeRounds().best(List.of("absent"), false));
  }

  @Test
  void twoRoundsHaveTheirMeanInTheMiddle() {
    Contest contest = new Contest();
    contest.add("ours", 1, 1);
    contest.add("ours", 2, 4);
    assertEquals(2.5, contest.median("ours"));
  }
}
