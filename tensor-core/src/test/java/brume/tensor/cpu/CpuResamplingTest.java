package brume.tensor.cpu;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Reduction;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kernels that move numbers about: resampling, blocks, axes. */
class CpuResamplingTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 2",
    "2, 3, 5, 7, 2",
    "3, 4, 4, 33, 2",
    "2, 3, 2, 9, 3",
    "8, 14, 14, 32, 2"
  })
  void upAndDownEqualTheirDefinitions(int n, int h, int w, int c, int f) {
    Parity.check("resampling", (backend, in) -> {
      Tensor small = in.normal(n, h, w, c), large = in.normal(n, h * f, w * f, c);
      Tensor deep = in.normal(n, h, w, c * f * f);
      Tensor up = large.like(), upGrad = small.like(), unshuffled = deep.like();
      Tensor shuffled = large.like(), pooled = small.like(), poolGrad = large.like();
      backend.resampling().upsampleNearest(small, f, up);
      backend.resampling().upsampleNearestGrad(large, f, upGrad);
      backend.resampling().pixelUnshuffle(large, f, unshuffled);
      backend.resampling().pixelShuffle(deep, f, shuffled);
      backend.resampling().averagePool(large, f, pooled);
      backend.resampling().averagePoolGrad(small, f, poolGrad);
      return List.of(up, upGrad, unshuffled, shuffled, pooled, poolGrad);
    });
  }

  @ParameterizedTest
  @CsvSource({"5, 7, 2", "3, 8, 2", "7, 11, 3", "2, 9, 3"})
  void poolingLeavesOutTheRestOfAnOddSize(int h, int w, int f) {
    Parity.check("averagePool", (backend, in) -> {
      Tensor x = in.normal(2, h, w, 9), dy = in.normal(2, h / f, w / f, 9);
      Tensor y = dy.like(), dx = x.like();
      backend.resampling().averagePool(x, f, y);
      backend.resampling().averagePoolGrad(dy, f, dx);
      return List.of(y, dx);
    });
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 0, 1, 0, 1",
    "50, 3, 2, 7, 1, 5",
    "900, 32, 32, 64, 0, 40",
    "300, 70, 0, 70, 5, 70"
  })
  void blocksAreCopied(int rows, int columns, int xAt, int xStride, int yAt, int yStride) {
    Parity.check("copyBlock", (backend, in) -> {
      Tensor x = in.normal(xAt + rows * xStride), y = in.normal(yAt + rows * yStride);
      backend.indexing().copyBlock(rows, columns, x, xAt, xStride, y, yAt, yStride);
      return List.of(y);
    });
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 2, 3", "0, 2, 3, 1", "0, 3, 1, 2", "3, 2, 1, 0", "1, 0, 2, 3", "2, 3, 0, 1"})
  void axesAreExchanged(int a, int b, int c, int d) {
    for (int[] dims : new int[][] {{2, 3, 5, 7}, {1, 1, 1, 1}, {4, 1, 9, 1}, {8, 14, 14, 33}}) {
      int[] axes = {a, b, c, d};
      Parity.check("permute", (backend, in) -> {
        Tensor x = in.normal(dims);
        Tensor y = in.empty(dims[a], dims[b], dims[c], dims[d]);
        backend.indexing().permute(x, axes, y);
        return List.of(y);
      });
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "5, 3", "3, 9", "7, 33", "30000, 1", "2000, 32", "40, 512"})
  void sumsEqualTheirDefinitions(int rows, int c) {
    Parity.check("sums", (backend, in) -> {
      Tensor x = in.normal(rows, c), all = in.empty(1), perChannel = in.empty(c);
      backend
          .reduction()
          .reduce(Reduction.SUM, 0, ReductionGeometry.of("sum", x.shape(), Axes.all()), x, all);
      backend.reduction().sumPerChannel(x, perChannel);
      double norm = backend.reduction().squaredNorm(x),
          max = backend.reduction().maxAbs(x);
      return List.of(
          all, perChannel, in.of(Shape.of(1), (float) norm), in.of(Shape.of(1), (float) max));
    });
  }
}
