package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Tensor;
import brume.tensor.kernel.StridedView;

/** Copies through strides on the GPU, for all families; the kernels are described in strided.cu. */
final class StridedMoves {

  private static final int MAX_AXES = 6; // of struct View

  private final Driver driver;
  private final CudaKernel gather;
  private final CudaKernel scatter;

  StridedMoves(Driver driver) {
    PtxModule ptx = new PtxModule(driver, "strided");
    this.driver = driver;
    this.gather = ptx.kernel("gather");
    this.scatter = ptx.kernel("scatter");
  }

  /** y[i] = x[at(i)]. */
  void gather(StridedView at, Tensor x, Tensor y) {
    Part part = Part.of(at);
    for (int first = 0; first < at.count(); first += part.count) {
      gather
          .over(part.count)
          .at(x, at.element(first))
          .struct(part.view)
          .i32(part.count)
          .into(y, first)
          .run();
    }
  }

  /** y[at(i)] = x[i], and 0 where no index leads. */
  void scatter(StridedView at, Tensor x, Tensor y) {
    if (at.count() < y.shape().size()) {
      driver.fill(CudaStorage.writableAddress(y, 0), 0, y.shape().size());
    }
    Part part = Part.of(at);
    for (int first = 0; first < at.count(); first += part.count) {
      scatter
          .over(part.count)
          .at(x, first)
          .struct(part.view)
          .i32(part.count)
          .into(y, at.element(first))
          .run();
    }
  }

  /** What one launch does: all, unless there are more axes than a kernel can take. */
  private static final class Part {
    private final int[] view; // struct View
    private final int count; // of indices

    private Part(int[] view, int count) {
      this.view = view;
      this.count = count;
    }

    private static Part of(StridedView at) {
      StridedView merged = at.merged();
      int axes = Math.min(merged.rank(), MAX_AXES), count = 1;
      int[] view = new int[1 + 2 * MAX_AXES];
      view[0] = axes;
      for (int i = 0; i < axes; i++) {
        int axis = merged.rank() - 1 - i;
        view[1 + i] = merged.size(axis);
        view[1 + MAX_AXES + i] = merged.stride(axis);
        count *= merged.size(axis);
      }
      return new Part(view, count);
    }
  }
}
