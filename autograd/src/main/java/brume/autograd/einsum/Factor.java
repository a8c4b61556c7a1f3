package brume.autograd.einsum;

import brume.tensor.kernel.StridedView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * A value of a {@link Program} and how its labels walk over its elements.
 *
 * @param value number of the value
 * @param labels each once
 * @param strides elements passed by a step along each label
 * @param sizes of all labels
 */
record Factor(int value, String labels, List<Integer> strides, LabelSizes sizes) {

  /** A value that is dense in the given order; a label that comes twice walks along the diagonal. */
  static Factor dense(int value, String axes, LabelSizes sizes) {
    String labels = Labels.distinct(axes);
    int[] strides = new int[labels.length()];
    for (int axis = axes.length() - 1, step = 1; axis >= 0; axis--) {
      strides[labels.indexOf(axes.charAt(axis))] += step;
      step *= sizes.of(axes.charAt(axis));
    }
    List<Integer> all = new ArrayList<>();
    for (int stride : strides) {
      all.add(stride);
    }
    return new Factor(value, labels, List.copyOf(all), sizes);
  }

  /** Whether the value holds exactly these axes, dense in this order. */
  boolean isDense(String axes) {
    return labels.equals(axes) && strides.equals(dense(value, axes, sizes).strides);
  }

  /** Number of elements its labels reach. */
  int count() {
    return view(labels).count();
  }

  /** The walk along labels in some order; those it lacks repeat. */
  StridedView view(String order) {
    int[] dims = new int[order.length()], steps = new int[order.length()];
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = sizes.of(order.charAt(axis));
      steps[axis] = stride(order.charAt(axis));
    }
    return StridedView.of(dims, steps);
  }

  /** The stride of some of its labels seen as one; 0 for none, empty if they cannot be seen so. */
  OptionalInt strideOf(String order) {
    StridedView merged = view(order).merged();
    return switch (merged.rank()) {
      case 0 -> OptionalInt.of(0);
      case 1 -> OptionalInt.of(merged.stride(0));
      default -> OptionalInt.empty();
    };
  }

  /** Some of its labels, from large strides to small ones. */
  String ordered(String some) {
    StringBuilder order = new StringBuilder();
    some.chars()
        .mapToObj(c -> (char) c)
        .sorted(Comparator.comparing(label -> -stride(label)))
        .forEach(order::append);
    return order.toString();
  }

  private int stride(char label) {
    int at = labels.indexOf(label);
    return at < 0 ? 0 : strides.get(at);
  }
}
