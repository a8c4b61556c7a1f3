package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Tensor;
import brume.tensor.kernel.AxisMap;
import brume.tensor.kernel.IndexingKernels;
import brume.tensor.kernel.StridedView;
import java.util.List;
import java.util.function.Supplier;

/** Moving numbers on the GPU; the kernels are described in indexing.cu. */
final class CudaIndexing implements IndexingKernels {

  private final CudaTables tables;
  private final CudaInputs inputs;
  private final StridedMoves moves;
  private final CudaKernel copyBlock;
  private final CudaKernel join;
  private final CudaKernel split;
  private final CudaKernel mapAxis;

  CudaIndexing(Driver driver, HostCopies copies, StridedMoves moves) {
    PtxModule ptx = new PtxModule(driver, "indexing");
    this.tables = copies.tables();
    this.inputs = copies.inputs();
    this.moves = moves;
    this.copyBlock = ptx.kernel("copy_block");
    this.join = ptx.kernel("join");
    this.split = ptx.kernel("split");
    this.mapAxis = ptx.kernel("map_axis");
  }

  @Override
  public void copyBlock(
      int rows, int columns, Tensor x, int xAt, int xStride, Tensor y, int yAt, int yStride) {
    int count = rows * columns;
    copyBlock
        .over(count)
        .at(x, xAt)
        .i32(columns, xStride, yStride, count)
        .into(y, yAt)
        .run();
  }

  @Override
  public void join(int rows, List<Tensor> xs, Tensor y) {
    if (xs.size() != 2) {
      IndexingKernels.super.join(rows, xs, y);
      return;
    }
    Tensor a = xs.get(0), b = xs.get(1);
    int count = y.shape().size();
    join.over(count)
        .in(a, b)
        .i32(columns(a, rows), columns(b, rows), count)
        .out(y)
        .run();
  }

  @Override
  public void split(int rows, Tensor y, List<Tensor> xs) {
    if (xs.size() != 2) {
      IndexingKernels.super.split(rows, y, xs);
      return;
    }
    Tensor a = xs.get(0), b = xs.get(1);
    int count = y.shape().size();
    split
        .over(count)
        .in(y)
        .i32(columns(a, rows), columns(b, rows), count)
        .out(a, b)
        .run();
  }

  private static int columns(Tensor x, int rows) {
    return x.shape().size() / Math.max(1, rows);
  }

  @Override
  public void permute(Tensor x, int[] axes, Tensor y) {
    int rank = axes.length;
    int[] strides = new int[rank]; // of x
    for (int axis = rank - 1, stride = 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= x.shape().dim(axis);
    }
    int[] sizes = new int[rank], permuted = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      sizes[axis] = y.shape().dim(axis);
      permuted[axis] = strides[axes[axis]];
    }
    moves.gather(StridedView.of(sizes, permuted), x, y);
  }

  @Override
  public void mapAxis(AxisMap map, int blocks, int columns, Tensor x, double elsewhere, Tensor y) {
    int count = y.shape().size();
    boolean renewed = map.current().isPresent() && inputs.isRecording();
    long starts = renewed ? place(map, map.current().get()) : tables.address(table(map));
    long sources = starts + (map.outputs() + 1L) * Integer.BYTES;
    long weights = sources + (long) map.terms() * Integer.BYTES;
    CudaKernel.Launch launch = mapAxis.over(count).in(x);
    (renewed
            ? launch.varying(starts, sources, weights)
            : launch.i64(starts, sources, weights)) // the same table lies at the same place
        .i32(map.inputs(), map.outputs(), columns)
        .f32(elsewhere)
        .i32(count)
        .out(y)
        .run();
  }

  /** The table of a map that recorded work asks for anew: the first time as it is, then from its place. */
  private long place(AxisMap map, Supplier<AxisMap> current) {
    int[] now = table(map);
    return inputs
        .place(now.length, () -> table(current.get()))
        .orElseGet(() -> tables.address(now));
  }

  /** The starts of all outputs, then the sources of all terms, then their weights. */
  private static int[] table(AxisMap map) {
    int[] table = new int[map.outputs() + 1 + 2 * map.terms()];
    for (int output = 0; output <= map.outputs(); output++) {
      table[output] = map.start(output);
    }
    for (int term = 0, at = map.outputs() + 1; term < map.terms(); term++, at++) {
      table[at] = map.source(term);
      table[at + map.terms()] = Float.floatToRawIntBits((float) map.weight(term));
    }
    return table;
  }
}
