package brume.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.nn.ConfigException;
import brume.nn.optim.LearningRate.Piece;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LearningRateTest {

  @Test
  void warmupGrowsToTheFullRate() {
    assertArrayEquals(
        new double[] {2, 4, 6, 8, 8}, rates(LearningRate.constant(8).withWarmup(4), 5));
    assertEquals(8, LearningRate.constant(8).withWarmup(0).at(0));
  }

  @Test
  void whatComesAfterAWarmupBeginsThere() {
    assertArrayEquals(
        new double[] {0, 4, 8, 6, 4, 2, 0, 0}, rates(LearningRate.linear(8, 4).afterWarmup(2), 8));
  }

  @Test
  void restartsBeginAtTheFullRate() {
    LearningRate rate = LearningRate.cosineWithRestarts(3, 1, 2, 8);
    assertArrayEquals(
        new double[] {3, 2 + Math.sqrt(0.5), 2, 2 - Math.sqrt(0.5), 3}, rates(rate, 5), 1e-12);
    assertEquals(1, rate.at(8), 1e-12);
    assertEquals(1, rate.at(100), 1e-12);
  }

  @Test
  void polynomialsEndWhereTold() {
    assertArrayEquals(
        new double[] {5, 3.25, 2, 1.25, 1, 1},
        rates(LearningRate.polynomial(5, 1, 2, 4), 6),
        1e-12);
  }

  @Test
  void piecesFollowEachOther() {
    LearningRate rate =
        LearningRate.piecewiseConstant(2, List.of(new Piece(1, 1), new Piece(3, 0.5)), 0.25);
    assertArrayEquals(new double[] {2, 1, 1, 0.5, 0.5}, rates(rate, 5));
    List<Piece> wrong = List.of(new Piece(3, 1), new Piece(3, 0.5));
    assertEquals(
        "learning rate: expected pieces that end one after the other, got 3 before 3",
        assertThrows(ConfigException.class, () -> LearningRate.piecewiseConstant(1, wrong, 1))
            .getMessage());
  }

  @Test
  void inverseRootsFallAfterTheFirstSteps() {
    LearningRate rate = LearningRate.inverseSquareRoot(6, 4);
    assertArrayEquals(
        new double[] {6, 6, 3, 2}, new double[] {rate.at(0), rate.at(4), rate.at(16), rate.at(36)});
  }

  @Test
  void refusesNoSteps() {
    assertEquals(
        "learning rate: expected 1 step or more, got 0",
        assertThrows(ConfigException.class, () -> LearningRate.cosine(1, 0, 0)).getMessage());
  }

  private static double[] rates(LearningRate rate, int steps) {
    return LongStream.range(0, steps).mapToDouble(rate::at).toArray();
  }
}
