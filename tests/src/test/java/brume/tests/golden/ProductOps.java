package brume.tests.golden;

import static brume.autograd.function.attention.Attention.attention;
import static brume.autograd.function.attention.DotProductAttention.dotProductAttention;
import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.linear.MatMul.addMatmul;
import static brume.autograd.function.linear.MatMul.matmul;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.shape.Permute.transpose;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.tests.golden.TorchOp.op;

import brume.autograd.Variable;
import brume.autograd.function.attention.AttentionMask;
import brume.tensor.Shape;
import java.util.List;

/** Matrix products and attention. */
final class ProductOps {

  private ProductOps() {}

  static List<TorchOp> all() {
    return List.of(
        op(
            "linear",
            in -> in.has("param.bias")
                ? linear(in.x(), in.weight(), in.bias())
                : linear(in.x(), in.weight())),
        op("matmul", in -> matmul(in.tensor("input.a"), in.tensor("input.b"))),
        op(
            "baddbmm",
            in -> addMatmul(
                in.tensor("input.c"),
                in.tensor("input.a"),
                in.tensor("input.b"),
                in.attr("beta").asDouble(1),
                in.attr("alpha").asDouble(1))),
        op("scaled_dot_product_attention", ProductOps::attended));
  }

  private static Variable attended(TorchArguments in) {
    boolean masked = in.has("input.mask"), causal = in.attr("is_causal").asBoolean();
    if (!masked && !causal) {
      return headsFirst(in);
    }
    Variable q = in.tensor("input.q"), k = in.tensor("input.k"), v = in.tensor("input.v");
    double scale = in.attr("scale").asDouble(1 / Math.sqrt(q.shape().dim(-1)));
    return dotProductAttention(q, k, v, causal ? AttentionMask.causal() : mask(in), scale);
  }

  private static AttentionMask mask(TorchArguments in) {
    return in.isBoolean("input.mask")
        ? AttentionMask.shown(in.constant("input.mask"))
        : AttentionMask.added(in.tensor("input.mask"));
  }

  /** (N, heads, L, D) to (N, L, heads·D) and back. */
  private static Variable headsFirst(TorchArguments in) {
    Variable q = in.tensor("input.q"), k = in.tensor("input.k"), v = in.tensor("input.v");
    int n = q.shape().dim(0), heads = q.shape().dim(1), lq = q.shape().dim(2);
    double scale = in.attr("scale").asDouble(1 / Math.sqrt(q.shape().dim(3)));
    Variable y = attention(merged(q), merged(k), merged(v), heads, scale);
    return transpose(reshape(y, Shape.of(n, lq, heads, v.shape().dim(3))), 1, 2);
  }

  private static Variable merged(Variable x) {
    Shape s = x.shape();
    return reshape(transpose(x, 1, 2), Shape.of(s.dim(0), s.dim(2), s.dim(1) * s.dim(3)));
  }
}
