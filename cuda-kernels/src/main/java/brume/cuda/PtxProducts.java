package brume.cuda;

import brume.cuda.driver.Driver;
import brume.cuda.driver.Grid;
import brume.tensor.Tensor;
import brume.tensor.kernel.MatmulGeometry;

/** Matrix products by kernels of our own, which are described in gemm.cu. */
final class PtxProducts implements Products {

  private static final int PART = 512; // products of a sum added up apart, as in gemm.cu
  private static final int ENOUGH_BLOCKS = 256; // to keep a large GPU busy
  private static final long MOST_SCRATCH = 1 << 25; // numbers

  private final PtxModule.PerFunction<Tile> gemm;
  private final CudaKernel gemmSum;
  private final CudaMemory memory;

  PtxProducts(Driver driver, CudaMemory memory) {
    PtxModule ptx = new PtxModule(driver, "gemm");
    this.gemm = ptx.kernels(Tile.class, "gemm_");
    this.gemmSum = ptx.kernel("gemm_sum");
    this.memory = memory;
  }

  @Override
  public void multiply(
      MatmulGeometry at, Heads heads, double alpha, Tensor a, Tensor b, double beta, Tensor c) {
    int products = Math.multiplyExact(at.batch(), heads.count());
    long size = (long) products * at.m() * at.n();
    if (size == 0) {
      return;
    }
    Tile tile = Tile.of(at.m(), at.n());
    int tiles = tile.count(at.m(), at.n());
    int parts = Math.max(1, Tile.ceil(at.k(), PART));
    if ((long) tiles * products >= ENOUGH_BLOCKS || parts * size > MOST_SCRATCH) {
      parts = 1; // every block adds up all of them
    }
    CudaKernel.Launch launch = gemm.of(tile)
        .grid(tiles, (int) Math.min(Grid.MAX_BLOCKS_YZ, (long) products * parts))
        .block(Tile.THREADS);
    if (parts == 1) {
      launch
          .struct(gemm(at, heads, parts, at.c(), heads.c(), 0))
          .at(a, at.a().at())
          .at(b, at.b().at())
          .f32(alpha, beta)
          .into(c, at.c().at())
          .run();
      return;
    }
    int matrix = at.m() * at.n(), ofProduct = parts * matrix;
    MatmulGeometry.Layout dense = new MatmulGeometry.Layout(0, at.n(), heads.count() * ofProduct);
    try (CudaMemory.Block scratch = memory.take(size * parts * Float.BYTES)) {
      launch
          .struct(gemm(at, heads, parts, dense, ofProduct, matrix))
          .at(a, at.a().at())
          .at(b, at.b().at())
          .f32(1, 0)
          .scratch(scratch)
          .run();
      gemmSum
          .over((int) size)
          .scratch(scratch)
          .struct(gemm(at, heads, parts, at.c(), heads.c(), 0))
          .f32(alpha, beta)
          .into(c, at.c().at())
          .run();
    }
  }

  /** The fields of struct Gemm. */
  private static int[] gemm(
      MatmulGeometry at, Heads heads, int parts, MatmulGeometry.Layout c, int cHead, int cPart) {
    return new int[] {
      at.m(),
      at.n(),
      at.k(),
      at.a().row(),
      at.b().row(),
      c.row(),
      at.transposeA() ? 1 : 0,
      at.transposeB() ? 1 : 0,
      at.batch() * heads.count(),
      heads.count(),
      at.a().stride(),
      at.b().stride(),
      c.stride(),
      heads.a(),
      heads.b(),
      cHead,
      parts,
      cPart
    };
  }
}
