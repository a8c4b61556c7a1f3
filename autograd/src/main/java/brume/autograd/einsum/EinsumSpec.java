package brume.autograd.einsum;

import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * What an einsum asks for, read from a text such as {@code "...ij,jk->...ik"}: each letter is an
 * index, the same one wherever it stands; the result holds, for every choice of the indices after the
 * arrow, the sum over all others of the product of the operands.
 *
 * <p>As in PyTorch, {@code ...} stands for any number of axes, aligned at the last one. Without an
 * arrow the result has those axes and then, in alphabetical order, capitals first, the letters that
 * occur once.
 *
 * @param text what was read
 * @param inputs indices of each operand, a point standing for {@code ...}
 * @param output indices of the result, each once
 */
public record EinsumSpec(String text, List<String> inputs, String output) {

  static final char ELLIPSIS = '.';

  /** Axes under the ellipsis have labels of their own, counted from the last axis. */
  private static final char LAST_AXIS = '\ue000';

  private static final Recent<String, EinsumSpec> SPECS = new Recent<>(EinsumSpec::read);

  /**
   * Reads a spec, unless it was read before.
   *
   * @param text the spec
   * @return what it asks for
   * @throws IllegalArgumentException if it is not a spec
   */
  public static EinsumSpec of(String text) {
    return SPECS.of(text);
  }

  /**
   * Applies the spec to operands of known shapes.
   *
   * @param shapes of the operands
   * @return what is to be computed
   * @throws ShapeException if an operand has too few or too many axes, or if axes with the same index
   *     differ in size and none of them is 1
   */
  public BoundEinsum on(List<Shape> shapes) {
    return BoundEinsum.of(this, shapes);
  }

  /** Labels with those of the axes under an ellipsis of the given rank put in its place. */
  static String expanded(String labels, int rank) {
    StringBuilder axes = new StringBuilder();
    for (int axis = rank - 1; axis >= 0; axis--) {
      axes.append((char) (LAST_AXIS + axis));
    }
    return labels.replace(String.valueOf(ELLIPSIS), axes);
  }

  /** What a label is called in messages. */
  static String name(char label) {
    return Tokens.isLetter(label)
        ? "index " + label
        : Text.of("axis -%d of \"...\"", label - LAST_AXIS + 1);
  }

  private static EinsumSpec read(String text) {
    List<String> tokens = Tokens.of("einsum", text);
    int arrow = tokens.indexOf(Tokens.ARROW);
    if (arrow < 0) {
      List<String> inputs = operands(text, tokens);
      return new EinsumSpec(text, inputs, implicitOutput(inputs));
    }
    List<String> inputs = operands(text, tokens.subList(0, arrow));
    List<String> outputs = operands(text, tokens.subList(arrow + 1, tokens.size()));
    require(outputs.size() == 1, text, "one result after the arrow", outputs.size());
    checkOutput(text, inputs, outputs.get(0));
    return new EinsumSpec(text, inputs, outputs.get(0));
  }

  private static List<String> operands(String text, List<String> tokens) {
    List<String> operands = new ArrayList<>();
    StringBuilder labels = new StringBuilder();
    for (String token : tokens) {
      if (token.equals(Tokens.COMMA)) {
        operands.add(labels.toString());
        labels.setLength(0);
      } else if (token.equals(Tokens.ELLIPSIS)) {
        require(labels.indexOf(".") < 0, text, "\"...\" once per operand", "another one");
        labels.append(ELLIPSIS);
      } else {
        for (char c : token.toCharArray()) {
          require(Tokens.isLetter(c), text, "letters as indices", "\"" + token + "\"");
        }
        labels.append(token);
      }
    }
    operands.add(labels.toString());
    return List.copyOf(operands);
  }

  private static void checkOutput(String text, List<String> inputs, String output) {
    String all = String.join("", inputs);
    for (char c : output.toCharArray()) {
      boolean once = output.indexOf(c) == output.lastIndexOf(c);
      require(once, text, "each index of the result once", "another " + c);
      require(
          c == ELLIPSIS || Labels.has(all, c),
          text,
          "the indices of the result in an operand",
          c + " only there");
    }
  }

  private static String implicitOutput(List<String> inputs) {
    String all = String.join("", inputs);
    StringBuilder output = new StringBuilder(Labels.has(all, ELLIPSIS) ? "." : "");
    all.chars()
        .filter(c -> c != ELLIPSIS && all.indexOf(c) == all.lastIndexOf(c))
        .sorted()
        .forEach(c -> output.append((char) c));
    return output.toString();
  }

  private static void require(boolean ok, String text, String expected, Object got) {
    if (!ok) {
      throw new IllegalArgumentException(
          Text.of("einsum: expected %s in \"%s\", got %s", expected, text, got));
    }
  }
}
