package brume.cuda;

import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.StridedView;
import java.util.List;

/**
 * A tensor seen as rows of columns that lie apart by strides, as kernels take it; struct Rows of
 * rows.cuh.
 *
 * @param rows where the rows begin, from the first element
 * @param columns where the numbers of a row lie, from its beginning
 */
record StridedRows(StridedView rows, StridedView columns) {

  private static final int MAX_AXES = 4; // of rows.cuh
  private static final int MOST_LANES = 256; // that share a row
  private static final int COLUMNS_PER_LANE = 8; // fewer are not worth folding
  private static final int THREADS = 128; // of a block

  static StridedRows of(ReductionGeometry at) {
    return new StridedRows(view(at.kept()), view(at.reduced()));
  }

  private static StridedView view(List<ReductionGeometry.Axis> axes) {
    return StridedView.of(
        axes.stream().mapToInt(ReductionGeometry.Axis::size).toArray(),
        axes.stream().mapToInt(ReductionGeometry.Axis::stride).toArray());
  }

  /** Whether kernels can take as many axes. */
  boolean fits() {
    return rows.rank() <= MAX_AXES && columns.rank() <= MAX_AXES;
  }

  /** All numbers, row by row. */
  StridedView all() {
    int[] sizes = new int[rows.rank() + columns.rank()], strides = new int[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      StridedView from = i < rows.rank() ? rows : columns;
      int axis = i < rows.rank() ? i : i - rows.rank();
      sizes[i] = from.size(axis);
      strides[i] = from.stride(axis);
    }
    return StridedView.of(sizes, strides);
  }

  /** Rows of the same sizes that lie one after the other. */
  StridedRows dense() {
    int count = rows.count(), length = columns.count();
    return new StridedRows(
        StridedView.of(new int[] {count}, new int[] {length}),
        StridedView.of(new int[] {length}, new int[] {1}));
  }

  /** The fields of struct Rows. */
  int[] struct() {
    int[] fields = new int[4 + 4 * MAX_AXES];
    fields[0] = rows.count();
    fields[1] = columns.count();
    fields[2] = rows.rank();
    fields[3] = columns.rank();
    put(rows, fields, 4);
    put(columns, fields, 4 + 2 * MAX_AXES);
    return fields;
  }

  /** Sizes, then strides, fastest axis first. */
  private static void put(StridedView view, int[] fields, int at) {
    for (int i = 0; i < view.rank(); i++) {
      fields[at + i] = view.size(view.rank() - 1 - i);
      fields[at + MAX_AXES + i] = view.stride(view.rank() - 1 - i);
    }
  }

  /** A launch with as many lanes for each row as its length is worth. */
  CudaKernel.Launch launch(CudaKernel kernel) {
    int wanted = Math.max(1, columns.count() / COLUMNS_PER_LANE);
    return launch(kernel, Math.min(MOST_LANES, Integer.highestOneBit(wanted)));
  }

  /** A launch of one thread for each row. */
  CudaKernel.Launch launchAlong(CudaKernel kernel) {
    return launch(kernel, 1);
  }

  private CudaKernel.Launch launch(CudaKernel kernel, int lanes) {
    int count = rows.count();
    int perBlock = Math.max(1, Math.min(count, THREADS / lanes));
    int blocks = Math.min(kernel.mostBlocks(), Tile.ceil(count, perBlock));
    return kernel
        .grid(blocks)
        .block(lanes, perBlock)
        .sharedDoubles(lanes == 1 ? 0 : lanes * perBlock);
  }
}
