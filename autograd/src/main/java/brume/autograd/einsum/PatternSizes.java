package brume.autograd.einsum;

import brume.autograd.einsum.AxisPattern.Group;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Works out the sizes of all parts of a pattern. Mutable: collects them. */
final class PatternSizes {

  private final AxisPattern pattern;
  private final Shape x;
  private final Map<String, Integer> sizes = new LinkedHashMap<>(); // of parts by name
  private final List<List<String>> left; // parts of each axis of the input
  private final List<List<String>> right; // parts of each axis of the result
  private int hidden; // axes under the ellipsis

  PatternSizes(AxisPattern pattern, Shape x, Axis... given) {
    this.pattern = pattern;
    this.x = x;
    List<String> parts = new ArrayList<>(AxisPattern.parts(pattern.left()));
    parts.addAll(AxisPattern.parts(pattern.right()));
    parts.removeIf(part -> !Tokens.isWord(part) || AxisPattern.isNumber(part));
    for (Axis axis : given) {
      if (!parts.contains(axis.name()) || sizes.put(axis.name(), axis.size()) != null) {
        throw complaint("sizes of axes it names, each once", axis.name() + " = " + axis.size());
      }
    }
    int named = (int) pattern.left().stream().filter(group -> !group.spread()).count();
    boolean any = named < pattern.left().size();
    hidden = x.rank() - named;
    ShapeException.unless(
        any ? hidden >= 0 : hidden == 0,
        "%s: expected x of %s%d axes for \"%s\", got %s",
        pattern.function(),
        any ? "at least " : "",
        named,
        pattern.text(),
        x);
    left = expanded(pattern.left());
    right = expanded(pattern.right());
  }

  BoundPattern bind() {
    for (int axis = 0; axis < left.size(); axis++) {
      measure(axis, left.get(axis));
    }
    Map<String, Character> labels = new HashMap<>();
    Map<Character, Integer> ofLabels = new HashMap<>();
    String before = labels(left, labels, ofLabels), after = labels(right, labels, ofLabels);
    LabelSizes large = new LabelSizes(ofLabels);
    return new BoundPattern(
        Shape.of(before.chars().map(label -> large.of((char) label)).toArray()),
        before,
        after,
        large,
        Shape.of(right.stream().mapToInt(this::product).toArray()));
  }

  /** The parts of each axis, those under the ellipsis and those without a name being given one. */
  private List<List<String>> expanded(List<Group> groups) {
    List<List<String>> axes = new ArrayList<>();
    for (Group group : groups) {
      List<String> parts = new ArrayList<>();
      for (String part : group.parts()) {
        if (part.equals(Tokens.ELLIPSIS)) {
          for (int i = 0; i < hidden; i++) {
            parts.add(Text.of("...[%d]", i));
          }
        } else if (AxisPattern.isNumber(part)) {
          String name = Text.of("%s[%d]", part, sizes.size());
          sizes.put(name, Integer.valueOf(part));
          parts.add(name);
        } else {
          parts.add(part);
        }
      }
      if (group.spread()) {
        parts.forEach(part -> axes.add(List.of(part)));
      } else {
        axes.add(parts);
      }
    }
    return axes;
  }

  /** Finds the size of the one part of an axis that may be unknown. */
  private void measure(int axis, List<String> parts) {
    List<String> unknown =
        parts.stream().filter(part -> !sizes.containsKey(part)).toList();
    if (unknown.size() > 1) {
      throw complaint("at most one unknown size per axis", "unknown " + String.join(", ", unknown));
    }
    int dim = x.dim(axis), known = product(parts);
    ShapeException.unless(
        unknown.isEmpty() ? dim == known : dim % known == 0,
        "%s: expected axis %d of x %s to %s %s = %d for \"%s\", got %d",
        pattern.function(),
        axis,
        x,
        unknown.isEmpty() ? "have size" : "be a multiple of",
        parts.isEmpty() ? "1" : String.join("·", known(parts)),
        known,
        pattern.text(),
        dim);
    unknown.forEach(part -> sizes.put(part, dim / known));
  }

  private List<String> known(List<String> parts) {
    return parts.stream().filter(sizes::containsKey).toList();
  }

  /** Product of the sizes known so far. */
  private int product(List<String> parts) {
    return Shape.of(known(parts).stream().mapToInt(this::size).toArray()).size();
  }

  private int size(String part) {
    return sizes.getOrDefault(part, 1);
  }

  /** One label per part whose size is not 1. */
  private String labels(
      List<List<String>> axes, Map<String, Character> labels, Map<Character, Integer> ofLabels) {
    StringBuilder all = new StringBuilder();
    for (String part : axes.stream().flatMap(List::stream).toList()) {
      if (!sizes.containsKey(part)) {
        throw complaint("a size for every new axis", "none for " + part);
      }
      if (size(part) != 1) {
        char label = labels.computeIfAbsent(part, unseen -> (char) ('a' + labels.size()));
        ofLabels.put(label, size(part));
        all.append(label);
      }
    }
    return all.toString();
  }

  private IllegalArgumentException complaint(String expected, String got) {
    return new IllegalArgumentException(Text.of(
        "%s: expected %s for \"%s\", got %s", pattern.function(), expected, pattern.text(), got));
  }
}
