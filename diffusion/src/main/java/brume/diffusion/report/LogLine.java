package brume.diffusion.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.Arrays;

/** A line of a log, read into the same numbers again and again, as there are many. */
public final class LogLine {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();
  private static final Curve.Value[] VALUES = Curve.Value.values();

  private final double[] values = new double[VALUES.length];
  private int step;

  LogLine() {
    Arrays.fill(values, Double.NaN);
  }

  /** Reads a line; false, and what was there is lost, if it is none of a log. */
  boolean read(byte[] bytes, int from, int length) {
    step = 0;
    Arrays.fill(values, Double.NaN);
    try (JsonParser line = JSON.createParser(bytes, from, length)) {
      if (line.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      for (String name = line.nextFieldName(); name != null; name = line.nextFieldName()) {
        JsonToken token = line.nextToken();
        if (!token.isNumeric()) {
          line.skipChildren(); // NaN is written as a text
        } else if (name.equals("step")) {
          step = line.getIntValue();
        } else {
          put(name, line.getDoubleValue());
        }
      }
      return step > 0;
    } catch (IOException none) {
      return false;
    }
  }

  private void put(String name, double number) {
    for (int v = 0; v < VALUES.length; v++) {
      if (VALUES[v].key().equals(name)) {
        values[v] = number;
      }
    }
  }

  /**
   * Number of the step.
   *
   * @return 0 before anything was read
   */
  public int step() {
    return step;
  }

  /**
   * One of its values.
   *
   * @param which of them
   * @return NaN where the line has none
   */
  public double value(Curve.Value which) {
    return values[which.ordinal()];
  }

  void addTo(Curve curve) {
    curve.add(step, values);
  }
}
