package brume.diffusion.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/** The figures of a judgement, whatever it is of, one below the other. */
public final class FigureRows {

  private static final int MOST = 500; // rows

  private FigureRows() {}

  /**
   * Takes a report apart.
   *
   * @param report an object of texts, numbers, and objects and lists of them, such as {@code eval.json}
   * @return names and values; the name of a value in a list begins with the texts and whole numbers beside
   *     it, such as {@code ddim 50 frechet-distance}
   */
  public static Map<String, JsonNode> of(JsonNode report) {
    Map<String, JsonNode> rows = new LinkedHashMap<>();
    report.properties().forEach(entry -> add(entry.getKey(), entry.getValue(), rows));
    return rows;
  }

  private static void add(String name, JsonNode value, Map<String, JsonNode> rows) {
    if (rows.size() >= MOST) {
      return;
    }
    if (value.isObject()) {
      value.properties().forEach(entry -> add(name + " " + entry.getKey(), entry.getValue(), rows));
    } else if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        JsonNode element = value.get(i);
        if (element.isObject()) {
          addElement(element, rows);
        } else {
          add(name + " " + (i + 1), element, rows);
        }
      }
    } else {
      rows.put(name, value);
    }
  }

  private static void addElement(JsonNode element, Map<String, JsonNode> rows) {
    StringJoiner name = new StringJoiner(" ");
    element.properties().stream()
        .map(Map.Entry::getValue)
        .filter(value -> value.isTextual() || value.isIntegralNumber())
        .forEach(value -> name.add(value.asText()));
    element.properties().forEach(entry -> {
      JsonNode value = entry.getValue();
      if (value.isObject()) {
        add(name.toString(), value, rows);
      } else if (!value.isTextual() && !value.isIntegralNumber()) {
        add(name + " " + entry.getKey(), value, rows);
      }
    });
  }
}
