package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Tensor;
import brume.tensor.kernel.AttentionGeometry;
import brume.tensor.kernel.AttentionGeometry.Columns;
import java.util.function.UnaryOperator;

/** Softmax on the GPU, along rows and down columns; the kernels are described in attention.cu. */
final class CudaSoftmax {

  private static final int WIDTH = 32; // of a block for columns, as in attention.cu
  private static final int HEIGHT = 8;

  private final CudaKernel softmax;
  private final CudaKernel softmaxGrad;
  private final CudaKernel softmaxColumns;
  private final CudaKernel softmaxColumnsGrad;

  CudaSoftmax(Driver driver) {
    PtxModule ptx = new PtxModule(driver, "attention");
    this.softmax = ptx.kernel("softmax");
    this.softmaxGrad = ptx.kernel("softmax_grad");
    this.softmaxColumns = ptx.kernel("softmax_columns");
    this.softmaxColumnsGrad = ptx.kernel("softmax_columns_grad");
  }

  /** Over the last axis; y may be x. */
  void ofRows(Tensor x, Tensor y) {
    int length = x.shape().dim(-1), rows = x.shape().size() / Math.max(1, length);
    RowLaunch.of(softmax, rows, length)
        .in(x)
        .struct(rows, length, 1)
        .i32(length, length)
        .out(y)
        .run();
  }

  /** Gradient of {@link #ofRows}; dx may be dy. */
  void ofRowsGrad(Tensor y, Tensor dy, Tensor dx) {
    int length = y.shape().dim(-1), rows = y.shape().size() / Math.max(1, length);
    RowLaunch.of(softmaxGrad, rows, length)
        .in(y, dy)
        .struct(rows, length, 1)
        .i32(length, length, length)
        .out(dx)
        .run();
  }

  /** Over the channels of each head of the queries. */
  void ofHeads(AttentionGeometry at, Tensor q, Tensor qhat) {
    int rows = at.n() * at.lq() * at.heads();
    RowLaunch.of(softmax, rows, at.d())
        .at(q, at.q().at())
        .struct(rows, at.d(), at.heads())
        .i32(at.q().row(), at.inner())
        .out(qhat)
        .run();
  }

  /** Gradient of {@link #ofHeads}, which replaces the gradient of q̂ in the place of that of q. */
  void ofHeadsGrad(AttentionGeometry at, Tensor qhat, Tensor dq) {
    int rows = at.n() * at.lq() * at.heads();
    Columns place = at.q();
    RowLaunch.of(softmaxGrad, rows, at.d())
        .in(qhat)
        .at(dq, place.at())
        .struct(rows, at.d(), at.heads())
        .i32(at.inner(), place.row(), place.row())
        .into(dq, place.at())
        .run();
  }

  /** Over the positions of the keys, for each channel. */
  void ofPositions(AttentionGeometry at, Tensor k, Tensor khat) {
    ofPositions(at, k, khat, launch -> launch.i64(0, 0));
  }

  /** The same, also for each sample and channel the largest k and the sum of e^(k - largest). */
  void ofPositions(AttentionGeometry at, Tensor k, Tensor khat, Tensor largest, Tensor sum) {
    ofPositions(at, k, khat, launch -> launch.out(largest, sum));
  }

  private void ofPositions(
      AttentionGeometry at, Tensor k, Tensor khat, UnaryOperator<CudaKernel.Launch> more) {
    CudaKernel.Launch launch = columns(softmaxColumns, at)
        .at(k, at.k().at())
        .struct(at.lk(), at.inner())
        .i32(at.k().row(), at.inner())
        .out(khat);
    more.apply(launch).run();
  }

  /** Gradient of {@link #ofPositions}, which replaces the gradient of k̂ in the place of that of k. */
  void ofPositionsGrad(AttentionGeometry at, Tensor khat, Tensor dk) {
    Columns place = at.k();
    columns(softmaxColumnsGrad, at)
        .in(khat)
        .at(dk, place.at())
        .struct(at.lk(), at.inner())
        .i32(at.inner(), place.row(), place.row())
        .into(dk, place.at())
        .run();
  }

  private static CudaKernel.Launch columns(CudaKernel kernel, AttentionGeometry at) {
    int blocks = at.lk() == 0 ? 0 : at.n() * Tile.ceil(at.inner(), WIDTH);
    return kernel.grid(blocks).block(WIDTH, HEIGHT);
  }
}
