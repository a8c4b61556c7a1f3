package brume.autograd.function.shape;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.IndexingKernels;
import java.util.Arrays;
import java.util.List;

/**
 * Exchanges axes.
 *
 * <pre>
 *   axis i of y = axis axes[i] of x
 *   dx = dy, permuted back
 * </pre>
 *
 * @param axes saved axes
 */
public record Permute(List<Integer> axes) implements Differentiable {

  /**
   * Exchanges axes.
   *
   * @param x of any shape
   * @param axes a permutation of 0 to rank − 1
   * @return its axis i is axis {@code axes[i]} of {@code x}
   * @throws ShapeException if {@code axes} is not a permutation of the axes of {@code x}
   */
  public static Variable permute(Variable x, int... axes) {
    int[] sorted = axes.clone();
    Arrays.sort(sorted);
    boolean permutation = axes.length == x.shape().rank();
    for (int i = 0; i < sorted.length; i++) {
      permutation &= sorted[i] == i;
    }
    ShapeException.unless(
        permutation,
        "permute: expected each axis of x %s once, got %s",
        x.shape(),
        Arrays.toString(axes));
    Permute step = new Permute(Arrays.stream(axes).boxed().toList());
    return Variable.of(permuted(x.value(), axes), step, x);
  }

  /**
   * Exchanges two axes.
   *
   * @param x of any shape with the axes
   * @param axis one of them; negative numbers count from the end
   * @param other the one it changes places with, counted alike
   * @return the same numbers in another order
   * @throws ShapeException if there is no such axis
   */
  public static Variable transpose(Variable x, int axis, int other) {
    int rank = x.shape().rank();
    x.shape().dim(axis); // refuses what is no axis
    x.shape().dim(other);
    int[] axes = new int[rank];
    Arrays.setAll(axes, i -> i);
    axes[Math.floorMod(axis, rank)] = Math.floorMod(other, rank);
    axes[Math.floorMod(other, rank)] = Math.floorMod(axis, rank);
    return permute(x, axes);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    int[] inverse = new int[axes.size()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[axes.get(i)] = i;
    }
    grads.put(0, permuted(dy, inverse));
  }

  private static Tensor permuted(Tensor x, int[] axes) {
    int[] dims = new int[axes.length];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = x.shape().dim(axes[i]);
    }
    Tensor y = x.like(Shape.of(dims));
    IndexingKernels.of(x).permute(x, axes, y);
    return y;
  }
}
