package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Tensor;
import brume.tensor.kernel.AttentionGeometry;

/**
 * Linear attention of heads that are narrow enough, two passes forward and two backward; the kernels are
 * described in linear_attention.cu.
 */
final class CudaLinearAttention {

  private static final int LANES = 32; // as in linear_attention.cu
  private static final int WARPS = 8; // of a block
  private static final int POSITIONS = 64; // of a block, or a multiple where sums are made

  private final CudaMemory memory;
  private final Arrivals arrivals;
  private final PtxModule.PerFunction<Width> keys;
  private final PtxModule.PerFunction<Width> queries;
  private final PtxModule.PerFunction<Width> queriesGrad;
  private final PtxModule.PerFunction<Width> keysGrad;

  CudaLinearAttention(Driver driver, CudaMemory memory, Arrivals arrivals) {
    PtxModule ptx = new PtxModule(driver, "linear_attention");
    this.memory = memory;
    this.arrivals = arrivals;
    this.keys = ptx.kernels(Width.class, "linear_keys_");
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

  /** The context, softmax(k)ᵀ·v, with the largest k and the sum of e^(k - largest) of each channel. */
  void keys(AttentionGeometry at, Tensor qkv, Tensor keyMax, Tensor keySum, Tensor context) {
    Sums sums = Sums.of(at, at.d() * (at.dv() + 2));
    try (CudaMemory.Block parts = sums.room(memory)) {
      launch(keys, at, sums.parts.count())
          .at(qkv, at.k().at())
          .at(qkv, at.v().at())
          .i32(at.k().row())
          .struct(struct(at))
          .i32(sums.parts.length())
          .scratch(parts)
          .i64(arrivals.counters(sums.pairs))
          .out(keyMax, keySum, context)
          .run();
    }
  }

  /** y = s·softmax(q)·context. */
  void queries(AttentionGeometry at, Tensor qkv, Tensor context, double scale, Tensor y) {
    launch(queries, at, Tile.ceil(at.lq(), POSITIONS))
        .at(qkv, at.q().at())
        .i32(at.q().row())
        .in(context)
        .struct(struct(at))
        .f32(scale)
        .out(y)
        .run();
  }

  /** In the place of dy y once more, in that of q its gradient, and the gradient of the context. */
  void queriesGrad(
      AttentionGeometry at, Tensor qkv, Tensor context, Tensor dy, double scale, Tensor dcontext) {
    Sums sums = Sums.of(at, at.d() * at.dv());
    try (CudaMemory.Block parts = sums.room(memory)) {
      launch(queriesGrad, at, sums.parts.count())
          .at(qkv, at.q().at())
          .i32(at.q().row())
          .in(context, dy)
          .struct(struct(at))
          .i32(sums.parts.length())
          .f32(scale)
          .out(dy)
          .into(qkv, at.q().at())
          .scratch(parts)
          .i64(arrivals.counters(sums.pairs))
          .out(dcontext)
          .run();
    }
  }

  /** In the place of k and v, which lie in the same rows, the gradients through the context. */
  void keysGrad(
      AttentionGeometry at,
      Tensor qkv,
      Tensor keyMax,
      Tensor keySum,
      Tensor context,
      Tensor dcontext) {
    launch(keysGrad, at, Tile.ceil(at.lk(), POSITIONS))
        .at(qkv, at.k().at())
        .at(qkv, at.v().at())
        .i32(at.k().row())
        .in(keyMax, keySum, context, dcontext)
        .struct(struct(at))
        .into(qkv, at.k().at())
        .into(qkv, at.v().at())
        .run();
  }

  /** Sums over positions for each head of each sample, which several blocks may share. */
  private record Sums(int pairs, int size, Parts parts) {

    static Sums of(AttentionGeometry at, int size) {
      int pairs = Math.multiplyExact(at.n(), at.heads());
      Parts parts = Parts.of(at.lk(), pairs, (long) pairs * size, POSITIONS, POSITIONS);
      return new Sums(pairs, size, parts);
    }

    CudaMemory.Block room(CudaMemory memory) {
      return memory.take((long) pairs * parts.count() * size * Float.BYTES);
    }
  }

  private static CudaKernel.Launch launch(
      PtxModule.PerFunction<Width> kernels, AttentionGeometry at, int pieces) {
    int pairs = Math.multiplyExact(at.n(), at.heads());
    return kernels.of(Width.of(at)).grid(Math.multiplyExact(pairs, pieces)).block(LANES, WARPS);
  }

  /** The fields of struct Heads. */
  private static int[] struct(AttentionGeometry at) {
    return new int[] {at.heads(), at.d(), at.dv(), at.lq()};
  }
}
