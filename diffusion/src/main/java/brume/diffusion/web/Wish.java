package brume.diffusion.web;

import brume.tensor.Text;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Samples that somebody wants to be drawn.
 *
 * @param run name of the run
 * @param options as {@code brume sample} takes them, each with its value
 */
record Wish(String run, List<String> options) {

  private static final int MOST_SAMPLES = 256, MOST_STEPS = 1000, MOST_LETTERS = 1000;

  /** Copies the list. {@inheritDoc} */
  Wish {
    options = List.copyOf(options);
  }

  /**
   * Reads a wish.
   *
   * @param said an object; of a setting that is missing or empty the run decides
   * @throws IllegalArgumentException if it asks for what cannot be
   */
  static Wish of(JsonNode said) {
    List<String> options = new ArrayList<>();
    addNumber("count", "--count", said, 1, MOST_SAMPLES, options);
    addNumber("steps", "--steps", said, 1, MOST_STEPS, options);
    addNumber("seed", "--seed", said, 0, Long.MAX_VALUE, options);
    addText("class", "--class", said, options);
    addText("prompt", "--prompt", said, options);
    JsonNode scale = said.path("guidance");
    if (!isEmpty(scale)) {
      if (!scale.isNumber() || !(Math.abs(scale.doubleValue()) <= MOST_STEPS)) {
        throw new IllegalArgumentException(
            Text.of("guidance: expected a number up to %d, got another value", MOST_STEPS));
      }
      options.add("--guidance=" + scale.asText());
    }
    return new Wish(said.path("run").asText(), options);
  }

  private static boolean isEmpty(JsonNode value) {
    return value.isMissingNode() || value.isNull() || value.asText().isBlank() && value.isTextual();
  }

  private static void addNumber(
      String name, String option, JsonNode said, long least, long most, List<String> to) {
    JsonNode value = said.path(name);
    if (isEmpty(value)) {
      return;
    }
    if (!value.canConvertToExactIntegral()
        || !value.canConvertToLong()
        || value.longValue() < least
        || value.longValue() > most) {
      throw new IllegalArgumentException(Text.of(
          "%s: expected a whole number from %d to %d, got %s",
          name, least, most, Text.shown(value.asText(), MOST_LETTERS)));
    }
    to.add(option + "=" + value.longValue());
  }

  private static void addText(String name, String option, JsonNode said, List<String> to) {
    JsonNode value = said.path(name);
    if (isEmpty(value)) {
      return;
    }
    String text = value.asText();
    boolean plain = text.codePoints().noneMatch(Character::isISOControl);
    if (!value.isTextual() || text.length() > MOST_LETTERS || !plain) {
      throw new IllegalArgumentException(Text.of(
          "%s: expected one line of at most %d letters, got another value", name, MOST_LETTERS));
    }
    to.add(option + "=" + text);
  }

  /** The words of the command that draws them. */
  List<String> words(Path folder, Path out, Path steps) {
    List<String> words =
        new ArrayList<>(List.of("sample", "--log=json", "--run=" + folder, "--out=" + out));
    words.add("--steps-out=" + steps);
    words.addAll(options);
    return words;
  }
}
