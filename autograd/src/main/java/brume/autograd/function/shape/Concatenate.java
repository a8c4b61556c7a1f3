package brume.autograd.function.shape;

import brume.autograd.InputGradients;
import brume.autograd.Recomputable;
import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.IndexingKernels;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Puts variables side by side along one axis.
 *
 * <pre>
 *   y   = [x₀ | x₁ | ...]
 *   dxᵢ = the part of dy where xᵢ went
 * </pre>
 *
 * @param axis saved axis, counted from the front
 * @param shapes saved shapes of the inputs
 */
public record Concatenate(int axis, List<Shape> shapes) implements Recomputable {

  /**
   * Puts variables side by side along the channels.
   *
   * @param xs (..., Cᵢ) at least one, equal in all other axes
   * @return (..., Σ Cᵢ)
   * @throws ShapeException if the other axes differ
   */
  public static Variable concatenate(Variable... xs) {
    return concatenate(-1, xs);
  }

  /**
   * Puts variables side by side along an axis.
   *
   * @param axis which one; negative numbers count from the end
   * @param xs at least one, equal in all other axes
   * @return the sum of their sizes along the axis
   * @throws ShapeException if the other axes differ or there is no such axis
   */
  public static Variable concatenate(int axis, Variable... xs) {
    List<Shape> shapes = Arrays.stream(xs).map(Variable::shape).toList();
    int front = frontAxis(axis, shapes);
    long size = 0;
    for (Shape shape : shapes) {
      size += shape.dim(front);
    }
    Tensor y = xs[0]
        .value()
        .like(shapes.get(0).with(front, Expect.size("concatenate", size, shapes.get(0))));
    List<Tensor> values = Arrays.stream(xs).map(Variable::value).toList();
    IndexingKernels.of(y).join(rows(y.shape(), front), values, y);
    return Variable.of(y, new Concatenate(front, shapes), xs);
  }

  @Override
  public void recompute(List<Tensor> inputs, Tensor y) {
    IndexingKernels.of(y).join(rows(y.shape(), axis), inputs, y);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    int rows = rows(dy.shape(), axis);
    if (IntStream.range(0, shapes.size()).allMatch(grads::wants)) {
      List<Tensor> dxs = shapes.stream().map(dy::like).toList();
      IndexingKernels.of(dy).split(rows, dy, dxs);
      for (int i = 0; i < dxs.size(); i++) {
        grads.put(i, dxs.get(i));
      }
      return;
    }
    int stride = columns(dy.shape(), axis), at = 0;
    for (int i = 0; i < shapes.size(); i++) {
      int columns = columns(shapes.get(i), axis), from = at;
      Shape shape = shapes.get(i);
      grads.put(i, () -> {
        Tensor dx = dy.like(shape);
        IndexingKernels.of(dy).copyBlock(rows, columns, dy, from, stride, dx, 0, columns);
        return dx;
      });
      at += columns;
    }
  }

  /**
   * Product of the sizes before the axis.
   *
   * @param shape of a tensor whose numbers lie one after the other
   * @param axis counted from the front
   * @return 1 for the first axis
   */
  public static int rows(Shape shape, int axis) {
    int rows = 1;
    for (int i = 0; i < axis; i++) {
      rows *= shape.dim(i);
    }
    return rows;
  }

  /**
   * Product of the sizes from the axis on.
   *
   * @param shape of a tensor whose numbers lie one after the other
   * @param axis counted from the front
   * @return 1 behind the last axis
   */
  public static int columns(Shape shape, int axis) {
    int columns = 1;
    for (int i = axis; i < shape.rank(); i++) {
      columns *= shape.dim(i);
    }
    return columns;
  }

  private static int frontAxis(int axis, List<Shape> shapes) {
    ShapeException.unless(
        !shapes.isEmpty(), "concatenate: expected at least one variable, got none");
    Shape first = shapes.get(0);
    ShapeException.unless(
        -first.rank() <= axis && axis < first.rank(),
        "concatenate: expected shapes with an axis %d, got %s",
        axis,
        shapes);
    int size = first.dim(axis);
    for (Shape shape : shapes) {
      ShapeException.unless(
          shape.rank() == first.rank() && shape.with(axis, size).equals(first),
          "concatenate: expected shapes that differ only in axis %d, got %s",
          axis,
          shapes);
    }
    return axis < 0 ? axis + first.rank() : axis;
  }
}
