package brume.tests.einsum;

import brume.tensor.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An einsum drawn at random, with all that its text leaves to be worked out.
 *
 * @param text the spec, with blanks
 * @param inputs one label per axis of each operand; 1 and 2 are the axes under the ellipsis
 * @param output one label per axis of the result
 * @param shapes of the operands, some of their axes of size 1 where the label is larger
 * @param sizes of the labels
 */
record RandomEinsum(
    String text,
    List<String> inputs,
    String output,
    List<List<Integer>> shapes,
    Map<Character, Integer> sizes) {

  private static final String LETTERS = "Bijkz", ELLIPSIS = "12";

  static RandomEinsum draw(Random random) {
    Map<Character, Integer> sizes = new HashMap<>();
    for (char label : (LETTERS + ELLIPSIS).toCharArray()) {
      sizes.put(label, random.nextInt(60) == 0 ? 0 : 1 + random.nextInt(4));
    }
    List<String> inputs = new ArrayList<>(), texts = new ArrayList<>();
    List<List<Integer>> shapes = new ArrayList<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      String letters = letters(random);
      int at = random.nextInt(letters.length() + 1);
      boolean ellipsis = random.nextInt(5) < 2;
      String hidden = ellipsis ? ELLIPSIS.substring(random.nextInt(3)) : "";
      texts.add(ellipsis ? letters.substring(0, at) + "..." + letters.substring(at) : letters);
      String labels = letters.substring(0, at) + hidden + letters.substring(at);
      inputs.add(labels);
      shapes.add(shape(labels, sizes, random));
    }
    Map<Character, Integer> used = sizesOf(inputs, shapes);
    String all = String.join("", inputs);
    String hidden = ELLIPSIS
        .chars()
        .filter(c -> all.indexOf(c) >= 0)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
    if (random.nextInt(4) == 0) {
      String once = IntStream.range(0, LETTERS.length())
          .mapToObj(LETTERS::charAt)
          .filter(c -> all.indexOf(c) >= 0 && all.indexOf(c) == all.lastIndexOf(c))
          .map(String::valueOf)
          .collect(Collectors.joining());
      return new RandomEinsum(
          spaced(String.join(",", texts), random), inputs, hidden + once, shapes, used);
    }
    String letters = letters(random)
        .chars()
        .distinct()
        .filter(c -> all.indexOf(c) >= 0)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
    int at = random.nextInt(letters.length() + 1);
    boolean ellipsis = random.nextBoolean();
    String before = letters.substring(0, at), after = letters.substring(at);
    String output = before + (ellipsis ? hidden : "") + after;
    String text = String.join(",", texts) + "->" + before + (ellipsis ? "..." : "") + after;
    return new RandomEinsum(spaced(text, random), inputs, output, shapes, used);
  }

  private static String letters(Random random) {
    return random
        .ints(random.nextInt(5), 0, LETTERS.length())
        .mapToObj(i -> LETTERS.substring(i, i + 1))
        .collect(Collectors.joining());
  }

  /** The sizes of the labels, one in six replaced by 1 where a label occurs only once. */
  private static List<Integer> shape(String labels, Map<Character, Integer> sizes, Random random) {
    List<Integer> shape = new ArrayList<>();
    for (char label : labels.toCharArray()) {
      boolean once = labels.indexOf(label) == labels.lastIndexOf(label);
      shape.add(once && random.nextInt(6) == 0 ? 1 : sizes.getOrDefault(label, 1));
    }
    return shape;
  }

  /** What a label's size is once all operands are known: 1 if it is 1 in all of them. */
  private static Map<Character, Integer> sizesOf(List<String> inputs, List<List<Integer>> shapes) {
    Map<Character, Integer> sizes = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      for (int axis = 0; axis < inputs.get(i).length(); axis++) {
        sizes.merge(inputs.get(i).charAt(axis), shapes.get(i).get(axis), (a, b) -> a == 1 ? b : a);
      }
    }
    return sizes;
  }

  /** Blanks wherever they may be. */
  private static String spaced(String text, Random random) {
    return Arrays.stream(text.split("(?<=[A-Za-z,>])"))
        .map(part -> random.nextInt(3) == 0 ? " " + part : part)
        .collect(Collectors.joining());
  }

  @Override
  public String toString() {
    return Text.of("\"%s\" of %s", text, shapes);
  }
}
