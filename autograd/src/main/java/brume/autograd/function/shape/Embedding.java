package brume.autograd.function.shape;

import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Select.select;

import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import java.util.function.Supplier;

/**
 * Looks rows of a table up.
 *
 * <pre>
 *   y[i, :]      = table[index[i], :]
 *   dtable[v, :] = Σ dy[i, :]                      over all i with index[i] = v
 * </pre>
 *
 * @see Select
 */
public final class Embedding {

  private Embedding() {}

  /**
   * Looks rows up.
   *
   * @param table (V, D) one row per word
   * @param shape of the indexes, which result in one row each
   * @param indexes from 0 to V − 1, in the order of the shape
   * @return (shape, D)
   * @throws ShapeException if {@code table} is not (V, D), an index leaves it, or the number of
   *     indexes is not that of the shape
   */
  public static Variable embedding(Variable table, Shape shape, int... indexes) {
    return embedding(table, shape, () -> indexes);
  }

  /**
   * The same with indexes that are asked for anew when recorded work is repeated.
   *
   * @param table (V, D) one row per word
   * @param shape of the indexes, which result in one row each
   * @param indexes from 0 to V − 1, in the order of the shape; each time as many
   * @return (shape, D)
   * @throws ShapeException as of {@link #embedding(Variable, Shape, int...)}
   */
  public static Variable embedding(Variable table, Shape shape, Supplier<int[]> indexes) {
    ShapeException.unless(
        table.shape().rank() == 2,
        "embedding: expected a table of shape (V, D), got %s",
        table.shape());
    Expect.count("embedding", shape, indexes.get().length);
    int[] dims = new int[shape.rank() + 1];
    System.arraycopy(shape.toArray(), 0, dims, 0, shape.rank());
    dims[shape.rank()] = table.shape().dim(1);
    return reshape(select(table, 0, indexes), Shape.of(dims));
  }
}
