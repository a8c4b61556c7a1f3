package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Tensor;
import brume.tensor.kernel.AttentionGeometry;

/**
 * What linear attention does row by row, with the context of each head at hand; the kernels are
 * described in linear_attention.cu.
 */
final class CudaLinearAttention {

  private static final int LANES = 32; // as in linear_attention.cu
  private static final int WARPS = 8; // of a block
  private static final int POSITIONS = 64; // of a block

  private final PtxModule.PerFunction<Width> queries;
  private final PtxModule.PerFunction<Width> queriesGrad;
  private final PtxModule.PerFunction<Width> keysGrad;

  CudaLinearAttention(Driver driver) {
    PtxModule ptx = new PtxModule(driver, "linear_attention");
    this.queries = ptx.kernels(Width.class, "linear_queries_");
    this.queriesGrad = ptx.kernels(Width.class, "linear_queries_grad_");
    this.keysGrad = ptx.kernels(Width.class, "linear_keys_grad_");
  }

  /** How many channels of a head each lane of a warp has. */
  private enum Width {
    NARROW,
    WIDE;

    int channels() {
      return (ordinal() + 1) * LANES;
    }

    static Width of(AttentionGeometry at) {
      return Math.max(at.d(), at.dv()) <= NARROW.channels() ? NARROW : WIDE;
    }
  }

  /** Whether heads are narrow enough, and queries as many as keys. */
  static boolean fits(AttentionGeometry at) {
    return Math.max(at.d(), at.dv()) <= Width.WIDE.channels() && at.lq() == at.lk();
  }

  /** y = s·softmax(q)·context. */
  void queries(AttentionGeometry at, Tensor qkv, Tensor context, double scale, Tensor y) {
    launch(queries, at)
        .at(qkv, at.q().at())
        .i32(at.q().row())
        .in(context)
        .struct(struct(at))
        .f32(scale)
        .out(y)
        .run();
  }

  /** The softmax of q and y once more, and in the place of q its gradient. */
  void queriesGrad(
      AttentionGeometry at,
      Tensor qkv,
      Tensor context,
      Tensor dy,
      double scale,
      Tensor qhat,
      Tensor y) {
    launch(queriesGrad, at)
        .at(qkv, at.q().at())
        .i32(at.q().row())
        .in(context, dy)
        .struct(struct(at))
        .f32(scale)
        .out(qhat, y)
        .into(qkv, at.q().at())
        .run();
  }

  /** In the place of k and v, which lie in the same rows, the gradients through the context. */
  void keysGrad(
      AttentionGeometry at,
      Tensor qkv,
      Tensor keyMax,
      Tensor keySum,
      Tensor context,
      Tensor dcontext) {
    launch(keysGrad, at)
        .at(qkv, at.k().at())
        .at(qkv, at.v().at())
        .i32(at.k().row())
        .in(keyMax, keySum, context, dcontext)
        .struct(struct(at))
        .into(qkv, at.k().at())
        .into(qkv, at.v().at())
        .run();
  }

  private static CudaKernel.Launch launch(
      PtxModule.PerFunction<Width> kernels, AttentionGeometry at) {
    int pairs = Math.multiplyExact(at.n(), at.heads());
    return kernels
        .of(Width.of(at))
        .grid(Math.multiplyExact(pairs, Tile.ceil(at.lq(), POSITIONS)))
        .block(LANES, WARPS);
  }

  /** The fields of struct Heads. */
  private static int[] struct(AttentionGeometry at) {
    return new int[] {at.heads(), at.d(), at.dv(), at.lq()};
  }
}
