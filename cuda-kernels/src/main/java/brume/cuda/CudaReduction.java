package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Reduction;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionKernels;
import brume.tensor.kernel.RowFunction;
import java.util.List;

/** Functions of many numbers on the GPU; the kernels are described in reduction.cu. */
final class CudaReduction implements ReductionKernels {

  private static final int CHANNELS = 32; // of a block, neighbors in memory
  private static final int HEIGHT = 64; // rows of a block, at least
  private static final int MOST_HEIGHTS = 128; // blocks of rows, which are added up one by one
  private static final int ROWS_PER_THREAD = 8;
  private static final int MOST_DOWN = 8; // threads of a block that share a channel

  private final CudaMemory memory;
  private final Arrivals arrivals;
  private final HostCopies copies;
  private final StridedMoves moves;
  private final PtxModule.PerFunction<Reduction> reduce;
  private final PtxModule.PerFunction<Reduction> reduceGrad;
  private final PtxModule.PerFunction<RowFunction> mapRows;
  private final PtxModule.PerFunction<RowFunction> mapRowsGrad;
  private final CudaKernel addAll;
  private final CudaKernel addSquares;
  private final CudaKernel maxAbs;
  private final CudaKernel squares;
  private final CudaKernel addPieces;
  private final CudaKernel repeat;
  private final CudaKernel addRows;

  CudaReduction(
      Driver driver,
      CudaMemory memory,
      Arrivals arrivals,
      HostCopies copies,
      StridedMoves moves,
      PtxModule manyTensors) {
    PtxModule ptx = new PtxModule(driver, "reduction");
    this.memory = memory;
    this.arrivals = arrivals;
    this.copies = copies;
    this.moves = moves;
    this.reduce = ptx.kernels(Reduction.class, "reduce_");
    this.reduceGrad = ptx.kernels(Reduction.class, "reduce_grad_");
    this.mapRows = ptx.kernels(RowFunction.class, "map_rows_");
    this.mapRowsGrad = ptx.kernels(RowFunction.class, "map_rows_grad_");
    this.addAll = ptx.kernel("add_all");
    this.addSquares = ptx.kernel("add_squares");
    this.maxAbs = ptx.kernel("max_abs");
    this.squares = manyTensors.kernel("squares");
    this.addPieces = ptx.kernel("add_pieces");
    this.repeat = ptx.kernel("repeat");
    this.addRows = ptx.kernel("add_rows");
  }

  // ---- Rows

  @Override
  public void reduce(Reduction f, double p, ReductionGeometry at, Tensor x, Tensor y) {
    if (f == Reduction.SUM && at.rows() == 1) {
      sum(x, y);
    } else if (f == Reduction.SUM && isPerChannel(at)) {
      sumPerChannel(x, y);
    } else {
      reduce(f, p, StridedRows.of(at), x, y);
    }
  }

  /**
   * One number of each row.
   *
   * @param f the function
   * @param p its parameter, if it has one
   * @param rows where they lie in x
   * @param x input
   * @param y one number per row
   */
  void reduce(Reduction f, double p, StridedRows rows, Tensor x, Tensor y) {
    if (rows.fits()) {
      rows.launch(reduce.of(f)).in(x).struct(rows.struct()).f32(p).out(y).run();
      return;
    }
    try (Scope scope = Scope.open()) {
      reduce(f, p, rows.dense(), gathered(rows, x), y);
    }
  }

  @Override
  public void reduceGrad(
      Reduction f, double p, ReductionGeometry at, Tensor x, Tensor dy, Tensor dx) {
    StridedRows rows = StridedRows.of(at);
    if (f == Reduction.SUM && at.rows() == 1) {
      repeat.over(at.columns()).in(dy).i32(at.columns()).out(dx).run();
    } else if (rows.fits()) {
      reduceGrad(f, p, rows, x, dy, dx);
    } else {
      try (Scope scope = Scope.open()) {
        Tensor dxRows = room(rows, x);
        reduceGrad(f, p, rows.dense(), f == Reduction.SUM ? x : gathered(rows, x), dy, dxRows);
        moves.scatter(rows.all(), dxRows, dx);
      }
    }
  }

  private void reduceGrad(Reduction f, double p, StridedRows rows, Tensor x, Tensor dy, Tensor dx) {
    CudaKernel.Launch launch = rows.launch(reduceGrad.of(f));
    if (f == Reduction.SUM) {
      launch.in(dy).struct(rows.struct()).out(dx).run();
    } else {
      launch.in(x, dy).struct(rows.struct()).f32(p).out(dx).run();
    }
  }

  @Override
  public void mapRows(RowFunction f, double p, ReductionGeometry at, Tensor x, Tensor y) {
    StridedRows rows = StridedRows.of(at);
    if (rows.fits()) {
      launch(f, mapRows.of(f), rows).in(x).struct(rows.struct()).f32(p).out(y).run();
      return;
    }
    try (Scope scope = Scope.open()) {
      StridedRows dense = rows.dense();
      Tensor yRows = room(rows, x);
      launch(f, mapRows.of(f), dense)
          .in(gathered(rows, x))
          .struct(dense.struct())
          .f32(p)
          .out(yRows)
          .run();
      moves.scatter(rows.all(), yRows, y);
    }
  }

  @Override
  public void mapRowsGrad(
      RowFunction f, double p, ReductionGeometry at, Tensor saved, Tensor dy, Tensor dx) {
    StridedRows rows = StridedRows.of(at);
    if (rows.fits()) {
      launch(f, mapRowsGrad.of(f), rows)
          .in(saved, dy)
          .struct(rows.struct())
          .f32(p)
          .out(dx)
          .run();
      return;
    }
    try (Scope scope = Scope.open()) {
      StridedRows dense = rows.dense();
      Tensor dxRows = room(rows, dx);
      launch(f, mapRowsGrad.of(f), dense)
          .in(gathered(rows, saved), gathered(rows, dy))
          .struct(dense.struct())
          .f32(p)
          .out(dxRows)
          .run();
      moves.scatter(rows.all(), dxRows, dx);
    }
  }

  /** Cumulative functions go along their rows, the others share them. */
  private static CudaKernel.Launch launch(RowFunction f, CudaKernel kernel, StridedRows rows) {
    boolean cumulative = f == RowFunction.CUMULATIVE_SUM || f == RowFunction.CUMULATIVE_PRODUCT;
    return cumulative ? rows.launchAlong(kernel) : rows.launch(kernel);
  }

  /** Rows that lie too far apart for a kernel's parameters, one after the other. */
  private Tensor gathered(StridedRows rows, Tensor x) {
    Tensor dense = room(rows, x);
    moves.gather(rows.all(), x, dense);
    return dense;
  }

  private static Tensor room(StridedRows rows, Tensor beside) {
    return beside.like(Shape.of(rows.rows().count(), rows.columns().count()));
  }

  // ---- Sums of channels and of everything

  /** Whether x is (R, C) and rows are added up. */
  private static boolean isPerChannel(ReductionGeometry at) {
    return at.kept().size() == 1
        && at.kept().get(0).stride() == 1
        && at.reduced().size() == 1;
  }

  @Override
  public void sumPerChannel(Tensor x, Tensor y) {
    int C = y.shape().size(), rows = x.shape().size() / Math.max(1, C);
    int height = Math.max(HEIGHT, Tile.ceil(rows, MOST_HEIGHTS));
    int blocks = Math.max(1, Tile.ceil(rows, height));
    int across = Math.min(Math.max(1, C), CHANNELS);
    int down = Math.min(MOST_DOWN, Math.max(1, Math.min(height, rows) / ROWS_PER_THREAD));
    try (CudaMemory.Block sums = memory.take((long) blocks * C * Double.BYTES)) {
      addRows
          .grid(Tile.ceil(C, across), blocks)
          .block(across, down)
          .sharedDoubles(across * down)
          .in(x)
          .i32(rows, C, height)
          .scratch(sums)
          .i64(arrivals.counters(Tile.ceil(C, across)))
          .out(y)
          .run();
    }
  }

  private void sum(Tensor x, Tensor y) {
    int count = x.shape().size();
    Pieces pieces = Pieces.of(count);
    try (CudaMemory.Block room = pieces.room(memory)) {
      pieces.launch(addAll).in(x).i32(count).scratch(room).run();
      addPieces(pieces, room, 1, y);
    }
  }

  /**
   * Adds up what the blocks found.
   *
   * @param pieces the blocks
   * @param room one double of each
   * @param scale what the sum is multiplied by
   * @param y one element, receives the product
   */
  void addPieces(Pieces pieces, CudaMemory.Block room, double scale, Tensor y) {
    pieces
        .launchLast(addPieces)
        .scratch(room)
        .i32(pieces.count())
        .f32(scale)
        .out(y)
        .run();
  }

  @Override
  public double squaredNorm(Tensor x) {
    double sum = 0;
    for (double piece : pieces(addSquares, x)) {
      sum += piece;
    }
    return sum;
  }

  @Override
  public double squaredNorm(List<Tensor> xs) {
    try (Squares found = squares(xs)) {
      double sum = 0;
      for (double piece : copies.doubles(found.room.address(), found.pieces)) {
        sum += piece;
      }
      return sum;
    }
  }

  /** Sums of squares of the pieces of many tensors, on the device. */
  record Squares(CudaMemory.Block room, int pieces) implements AutoCloseable {
    @Override
    public void close() {
      room.close();
    }
  }

  Squares squares(List<Tensor> xs) {
    List<TensorGroups> launches = TensorGroups.of(List.of(xs), List.of());
    int pieces = launches.stream().mapToInt(TensorGroups::blocks).sum(), done = 0;
    CudaMemory.Block room = memory.take((long) pieces * Double.BYTES);
    for (TensorGroups groups : launches) {
      groups
          .launch(squares)
          .varying(room.address() + (long) done * Double.BYTES)
          .run();
      done += groups.blocks();
    }
    return new Squares(room, pieces);
  }

  @Override
  public double maxAbs(Tensor x) {
    double max = 0;
    for (double piece : pieces(maxAbs, x)) {
      max = Math.max(max, piece);
    }
    return max;
  }

  /** What each block found, read back. */
  private double[] pieces(CudaKernel kernel, Tensor x) {
    int count = x.shape().size();
    Pieces pieces = Pieces.of(count);
    try (CudaMemory.Block room = pieces.room(memory)) {
      pieces.launch(kernel).in(x).i32(count).scratch(room).run();
      return copies.doubles(room.address(), pieces.count());
    }
  }
}
