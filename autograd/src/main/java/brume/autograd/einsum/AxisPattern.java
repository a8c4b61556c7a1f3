package brume.autograd.einsum;

import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Text;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How axes are taken apart and put together, read from a text such as {@code "b (h w) c -> b c h w"} in
 * the manner of einops: words name axes, parentheses hold axes that are one axis of the tensor, and
 * {@code ...} stands for any further axes.
 *
 * @param function whose pattern it is, for messages
 * @param text what was read
 * @param left axes of the input
 * @param right axes of the result
 */
public record AxisPattern(String function, String text, List<Group> left, List<Group> right) {

  private static final String PAIRS = "parentheses in pairs, not nested";

  private static final Recent<Key, AxisPattern> PATTERNS = new Recent<>(AxisPattern::read);

  /**
   * Parts of one axis of a tensor; of any number of axes if it is {@code ...} outside parentheses.
   *
   * @param parts names, sizes, {@code ...}; none for an axis of size 1
   * @param spread whether it stands for any number of axes
   */
  public record Group(List<String> parts, boolean spread) {

    /** Keeps a copy. {@inheritDoc} */
    public Group {
      parts = List.copyOf(parts);
    }
  }

  private record Key(String function, String text) {}

  /**
   * Reads a pattern, unless it was read before.
   *
   * @param function whose pattern it is
   * @param text the pattern
   * @return its axes
   * @throws IllegalArgumentException if it is not a pattern
   */
  public static AxisPattern of(String function, String text) {
    return PATTERNS.of(new Key(function, text));
  }

  /**
   * Refuses axes that only the input has.
   *
   * @return this pattern
   * @throws IllegalArgumentException if there are some
   */
  public AxisPattern losingNothing() {
    requireCommon(left, parts(right), "before the arrow to go behind it");
    return this;
  }

  /**
   * Refuses axes that only the result has.
   *
   * @return this pattern
   * @throws IllegalArgumentException if there are some
   */
  public AxisPattern addingNothing() {
    requireCommon(right, parts(left), "behind the arrow to come from before it");
    return this;
  }

  /**
   * Applies the pattern to a tensor.
   *
   * @param x its shape
   * @param sizes of axes that the shape does not tell
   * @return what is to be done
   * @throws IllegalArgumentException if a size is missing, or given for an axis that does not exist
   * @throws ShapeException if the shape does not fit the pattern or the sizes
   */
  public BoundPattern on(Shape x, Axis... sizes) {
    return new PatternSizes(this, x, sizes).bind();
  }

  /** Whether a part is the size of an axis without a name. */
  static boolean isNumber(String part) {
    return Tokens.isDigit(part.charAt(0));
  }

  static List<String> parts(List<Group> groups) {
    return groups.stream().flatMap(group -> group.parts.stream()).toList();
  }

  private static AxisPattern read(Key key) {
    AxisPattern blank = new AxisPattern(key.function, key.text, List.of(), List.of());
    List<String> tokens = Tokens.of(key.function, key.text);
    int arrow = tokens.indexOf(Tokens.ARROW);
    blank.require(arrow >= 0, "an arrow", "none");
    List<Group> left = blank.groups(tokens.subList(0, arrow));
    List<Group> right = blank.groups(tokens.subList(arrow + 1, tokens.size()));
    for (Group group : left) {
      boolean hidden = group.parts.contains(Tokens.ELLIPSIS) && !group.spread;
      blank.require(!hidden, "no \"...\" in parentheses before the arrow", "one");
    }
    if (parts(right).contains(Tokens.ELLIPSIS)) {
      boolean known = parts(left).contains(Tokens.ELLIPSIS);
      blank.require(known, "\"...\" before the arrow as well", "it only behind");
    }
    return new AxisPattern(key.function, key.text, left, right);
  }

  private List<Group> groups(List<String> tokens) {
    List<Group> groups = new ArrayList<>();
    List<String> inside = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    boolean open = false;
    for (String token : tokens) {
      if (token.equals(Tokens.OPEN) || token.equals(Tokens.CLOSE)) {
        require(open == token.equals(Tokens.CLOSE), PAIRS, quoted(token));
        if (open) {
          groups.add(new Group(inside, false));
          inside.clear();
        }
        open = !open;
        continue;
      }
      requirePart(token, seen);
      List<String> parts = token.equals("1") ? List.of() : List.of(token);
      if (open) {
        inside.addAll(parts);
      } else {
        groups.add(new Group(parts, token.equals(Tokens.ELLIPSIS)));
      }
    }
    require(!open, PAIRS, "no \")\" at the end");
    return List.copyOf(groups);
  }

  private static String quoted(String token) {
    return "\"" + token + "\"";
  }

  private void requirePart(String token, Set<String> seen) {
    boolean part = Tokens.isWord(token) || token.equals(Tokens.ELLIPSIS);
    require(part, "axes and parentheses on both sides of one arrow", quoted(token));
    if (isNumber(token)) {
      require(
          token.matches("[1-9][0-9]{0,8}"),
          "names that start with a letter, and sizes",
          quoted(token));
    } else {
      require(seen.add(token), "each axis once on each side", "another " + quoted(token));
    }
  }

  private void requireCommon(List<Group> here, List<String> there, String expected) {
    for (String part : parts(here)) {
      require(
          there.contains(part) && !isNumber(part), "all axes " + expected, part + " only there");
    }
  }

  private void require(boolean ok, String expected, String got) {
    if (!ok) {
      throw new IllegalArgumentException(
          Text.of("%s: expected %s in \"%s\", got %s", function, expected, text, got));
    }
  }
}
