package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Tensor;
import brume.tensor.kernel.AttentionGeometry;

/**
 * Attention of sequences so short that a block knows all of a head, one launch forward and one backward;
 * the kernels are described in short_attention.cu.
 */
final class CudaShortAttention {

  private static final int LANES = 32; // as in short_attention.cu
  private static final int WARPS = 8; // of a block
  private static final int MOST_SHARED =
      96 << 10; // bytes; every GPU since Ampere has 99 KiB or more

  private final CudaKernel attention;
  private final CudaKernel attentionGrad;

  CudaShortAttention(Driver driver) {
    PtxModule ptx = new PtxModule(driver, "short_attention");
    this.attention = ptx.kernel("short_attention");
    this.attentionGrad = ptx.kernel("short_attention_grad");
  }

  /** Whether all that the gradient of a head is made of fits; this depends on sizes only. */
  static boolean fits(AttentionGeometry at) {
    return sharedBytes(at, 2) <= MOST_SHARED;
  }

  /** What a block needs: q, k, v, as many matrices like the weights, and backward the gradient of y. */
  private static long sharedBytes(AttentionGeometry at, int weights) {
    long numbers = (long) (at.lq() + at.lk()) * (at.d() + 1)
        + (long) (weights == 1 ? at.lk() : at.lk() + at.lq()) * (at.dv() + 1)
        + (long) weights * at.lq() * (at.lk() + 1);
    return numbers * Float.BYTES;
  }

  /** y = softmax(s·q·kᵀ)·v, and the weights p. */
  void forward(
      AttentionGeometry at, Tensor q, Tensor k, Tensor v, double scale, Tensor y, Tensor p) {
    launch(attention, at, 1)
        .at(q, at.q().at())
        .at(k, at.k().at())
        .at(v, at.v().at())
        .struct(struct(at))
        .f32(scale)
        .out(y, p)
        .run();
  }

  /** The gradients of q, k and v, which lie where these do in theirs. */
  void backward(
      AttentionGeometry at,
      Tensor q,
      Tensor k,
      Tensor v,
      double scale,
      Tensor p,
      Tensor dy,
      Tensor dq,
      Tensor dk,
      Tensor dv) {
    launch(attentionGrad, at, 2)
        .at(q, at.q().at())
        .at(k, at.k().at())
        .at(v, at.v().at())
        .in(p, dy)
        .struct(struct(at))
        .f32(scale)
        .into(dq, at.q().at())
        .into(dk, at.k().at())
        .into(dv, at.v().at())
        .run();
  }

  private static CudaKernel.Launch launch(CudaKernel kernel, AttentionGeometry at, int weights) {
    return kernel
        .grid(Math.multiplyExact(at.n(), at.heads()))
        .block(LANES, WARPS)
        .sharedBytes((int) sharedBytes(at, weights));
  }

  /** The fields of struct Heads. */
  private static int[] struct(AttentionGeometry at) {
    return new int[] {
      at.heads(),
      at.d(),
      at.dv(),
      at.lq(),
      at.lk(),
      at.q().row(),
      at.k().row(),
      at.v().row()
    };
  }
}
