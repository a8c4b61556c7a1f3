package brume.autograd.function.shape;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.AxisMap;
import brume.tensor.kernel.IndexingKernels;

/**
 * A sparse linear map along one axis: what {@link Pad}, {@link Flip}, {@link Select}, {@link brume.autograd.function.resample.Resize Resize} and
 * others are made of. With A the matrix of the map:
 *
 * <pre>
 *   y[.., j, ..]  = Σ A[j, i]·x[.., i, ..]         over the few i of output j
 *   dx[.., i, ..] = Σ A[j, i]·dy[.., j, ..]
 * </pre>
 *
 * @param x saved shape of the input
 * @param axis saved axis, counted from the front
 * @param map saved matrix
 */
public record MapAxis(Shape x, int axis, AxisMap map) implements Differentiable {

  /**
   * Computes every place of an axis from some places of it.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @param map as many inputs as the axis has
   * @return of the map's size along the axis; 0 where an output has no input
   * @throws ShapeException if the map has another number of inputs
   */
  public static Variable mapAxis(Variable x, int axis, AxisMap map) {
    return mapAxis(x, axis, map, 0);
  }

  /**
   * The same, with a value of its own where an output has no input.
   *
   * @param x of any shape with the axis
   * @param axis which one; negative numbers count from the end
   * @param map as many inputs as the axis has
   * @param elsewhere value of outputs that have no input
   * @return of the map's size along the axis
   * @throws ShapeException if the map has another number of inputs
   */
  public static Variable mapAxis(Variable x, int axis, AxisMap map, double elsewhere) {
    ShapeException.unless(
        x.shape().dim(axis) == map.inputs(),
        "mapAxis: expected a map of %d inputs for axis %d of x %s, got a %s",
        x.shape().dim(axis),
        axis,
        x.shape(),
        map);
    MapAxis step = new MapAxis(x.shape(), axis < 0 ? axis + x.shape().rank() : axis, map);
    return Variable.of(mapped(x.value(), step.axis, map, elsewhere), step, x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, mapped(dy, axis, map.transposed(), 0));
  }

  private static Tensor mapped(Tensor x, int axis, AxisMap map, double elsewhere) {
    Tensor y = x.like(x.shape().with(axis, map.outputs()));
    int blocks = Concatenate.rows(x.shape(), axis);
    int columns = Concatenate.columns(x.shape(), axis + 1);
    IndexingKernels.of(x).mapAxis(map, blocks, columns, x, elsewhere, y);
    return y;
  }
}
