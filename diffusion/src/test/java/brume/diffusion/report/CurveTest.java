package brume.diffusion.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CurveTest {

  private static double loss(int step) {
    return 1 + Math.sin(step * 0.7) / step;
  }

  private static Curve of(int steps) {
    Curve curve = new Curve();
    for (int step = 1; step <= steps; step++) {
      curve.add(step, loss(step), step, 1e-3, 0.5, Double.NaN);
    }
    return curve;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1023, 1024, 1025, 4096, 100_001})
  void anyNumberOfLinesIsShownInABoundedNumberOfBuckets(int lines) {
    ObjectNode tree = of(lines).tree();
    JsonNode steps = tree.path("steps"), loss = tree.path("loss");
    assertEquals(lines, tree.path("lines").asInt());
    assertTrue(steps.size() <= Curve.BUCKETS, () -> steps.size() + " buckets");
    assertTrue(lines < Curve.BUCKETS ? steps.size() == lines : steps.size() >= Curve.BUCKETS / 2);
    assertEquals(lines, steps.get(steps.size() - 1).asInt());
    int width = tree.path("linesOfBucket").asInt(), from = 1;
    for (int b = 0; b < steps.size(); b++) {
      int to = steps.get(b).asInt();
      double sum = 0, least = Double.POSITIVE_INFINITY, most = Double.NEGATIVE_INFINITY;
      for (int step = from; step <= to; step++) {
        sum += loss(step);
        least = Math.min(least, loss(step));
        most = Math.max(most, loss(step));
      }
      assertTrue(to - from + 1 == width || b == steps.size() - 1);
      assertEquals(sum / (to - from + 1), loss.path("mean").get(b).asDouble(), 1e-4);
      if (width > 1) {
        assertEquals(least, loss.path("least").get(b).asDouble(), 1e-4);
        assertEquals(most, loss.path("most").get(b).asDouble(), 1e-4);
      }
      from = to + 1;
    }
  }

  @Test
  void whatNoLineHasIsNoColumn() {
    assertTrue(of(5).tree().path("memory").isMissingNode());
  }

  @Test
  void numbersThatAreNoneAreGaps() {
    Curve curve = new Curve();
    curve.add(1, Double.NaN, 1e308, 1, 1, 1);
    curve.add(2, 3, Double.POSITIVE_INFINITY, 1, 1, 1);
    JsonNode tree = curve.tree();
    assertEquals("[null,3]", tree.path("loss").path("mean").toString());
    assertEquals("[1E+308,null]", tree.path("gradientNorm").path("mean").toString());
    assertEquals(3, curve.recent(Curve.Value.LOSS));
  }

  @Test
  void sumsThatOverflowAreGaps() {
    Curve curve = new Curve();
    for (int step = 1; step <= 2 * Curve.BUCKETS; step++) {
      curve.add(step, 1e308, 1, 1, 1, 1);
    }
    assertTrue(curve.tree().path("loss").path("mean").get(0).isNull());
  }
}
