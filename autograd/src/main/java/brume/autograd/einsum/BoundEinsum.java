package brume.autograd.einsum;

import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An einsum of operands of known shapes.
 *
 * @param contraction what is to be computed
 * @param output shape of the result
 */
public record BoundEinsum(Contraction contraction, Shape output) {

  static BoundEinsum of(EinsumSpec spec, List<Shape> shapes) {
    int count = spec.inputs().size();
    if (shapes.size() != count) {
      throw new IllegalArgumentException(Text.of(
          "einsum: expected %d operands for \"%s\", got %d", count, spec.text(), shapes.size()));
    }
    List<String> inputs = new ArrayList<>();
    int ellipsis = 0;
    for (int i = 0; i < count; i++) {
      int rank = ellipsisRank(spec, i, shapes.get(i));
      inputs.add(EinsumSpec.expanded(spec.inputs().get(i), rank));
      ellipsis = Math.max(ellipsis, rank);
    }
    String output = EinsumSpec.expanded(spec.output(), ellipsis);
    Map<Character, Integer> sizes = sizes(spec, inputs, shapes);
    int[] dims = new int[output.length()];
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = sizes.getOrDefault(output.charAt(axis), 1);
    }
    return new BoundEinsum(Contraction.of(inputs, shapes, output, sizes), Shape.of(dims));
  }

  /** Number of axes under the ellipsis of an operand. */
  private static int ellipsisRank(EinsumSpec spec, int operand, Shape shape) {
    String labels = spec.inputs().get(operand);
    boolean any = Labels.has(labels, EinsumSpec.ELLIPSIS);
    int named = any ? labels.length() - 1 : labels.length();
    ShapeException.unless(
        any ? shape.rank() >= named : shape.rank() == named,
        "einsum: expected operand %d of \"%s\" to have %s%d axes, got %s",
        operand,
        spec.text(),
        any ? "at least " : "",
        named,
        shape);
    return shape.rank() - named;
  }

  private static Map<Character, Integer> sizes(
      EinsumSpec spec, List<String> inputs, List<Shape> shapes) {
    Map<Character, Integer> sizes = new HashMap<>(), foundIn = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      String labels = inputs.get(i);
      Shape shape = shapes.get(i);
      for (int axis = 0; axis < labels.length(); axis++) {
        char label = labels.charAt(axis);
        int size = shape.dim(axis), first = shape.dim(labels.indexOf(label));
        ShapeException.unless(
            size == first,
            "einsum: expected %s of \"%s\" to have one size, got %d and %d in operand %d %s",
            EinsumSpec.name(label),
            spec.text(),
            first,
            size,
            i,
            shape);
        int known = sizes.getOrDefault(label, 1), other = foundIn.getOrDefault(label, i);
        ShapeException.unless(
            known == 1 || size == 1 || size == known,
            "einsum: expected %s of \"%s\" to have one size, got %d in operand %d %s and %d in operand"
                + " %d %s",
            EinsumSpec.name(label),
            spec.text(),
            known,
            other,
            shapes.get(other),
            size,
            i,
            shape);
        if (known == 1) {
          sizes.put(label, size);
          foundIn.put(label, i);
        }
      }
    }
    return sizes;
  }
}
