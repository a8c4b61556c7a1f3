package brume.autograd.einsum;

import brume.tensor.Shape;
import java.util.List;

/**
 * What a pattern does to a tensor of known shape. Its parts have labels, except those of size 1, which
 * change nothing.
 *
 * @param split shape of the input with its axes taken apart, without those of size 1
 * @param left labels of these axes
 * @param right labels of the parts of the result, in order
 * @param sizes of all labels
 * @param joined shape of the result
 */
public record BoundPattern(Shape split, String left, String right, LabelSizes sizes, Shape joined) {

  /**
   * Whether the numbers of the result are those of the input in the same order.
   *
   * @return true if nothing has to be moved
   */
  public boolean isReshape() {
    return left.equals(right);
  }

  /**
   * The exchange of axes that makes the result, if it lacks no axis and has no others.
   *
   * @return an axis of {@code split} per part of the result
   */
  public int[] order() {
    return right.chars().map(left::indexOf).toArray();
  }

  /**
   * The axes that the result lacks.
   *
   * @return axes of {@code split}
   */
  public int[] lost() {
    return Labels.without(left, right).chars().map(left::indexOf).toArray();
  }

  /**
   * What remains to be done once the input has lost these axes.
   *
   * @return from the remaining axes to the result
   */
  public BoundPattern afterLoss() {
    String kept = Labels.common(left, right);
    int[] dims = kept.chars().map(label -> sizes.of((char) label)).toArray();
    return new BoundPattern(Shape.of(dims), kept, right, sizes, joined);
  }

  /**
   * The repetition along axes that only the result has.
   *
   * @return from the input to the result
   */
  public Contraction repetition() {
    return new Contraction(List.of(left), right, sizes);
  }
}
