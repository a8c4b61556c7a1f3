package brume.tests.golden;

import static brume.autograd.function.norm.GroupNorm.groupNorm;
import static brume.autograd.function.norm.InstanceNorm.instanceNorm;
import static brume.autograd.function.norm.LayerNorm.layerNorm;
import static brume.autograd.function.norm.Normalize.normalize;
import static brume.autograd.function.norm.RmsNorm.rmsNorm;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.tests.golden.TorchArguments.channelsLast;
import static brume.tests.golden.TorchArguments.channelsSecond;
import static brume.tests.golden.TorchOp.op;

import brume.autograd.Variable;
import brume.tensor.Shape;
import java.util.List;

/** Normalization over groups, layers and channels. */
final class NormalizationOps {

  private static final double EPS = 1e-12; // of rmsNorm

  private NormalizationOps() {}

  static List<TorchOp> all() {
    return List.of(
        op("group_norm", NormalizationOps::perGroup),
        op("instance_norm", NormalizationOps::perInstance),
        op("layer_norm", NormalizationOps::perRow),
        op("rms_norm_l2", NormalizationOps::toLengthRoot));
  }

  /** In one step where it is the network's own, else as its parts. */
  private static Variable toLengthRoot(TorchArguments in) {
    Variable x = in.x(), g = in.tensor("param.g");
    int dim = in.integer("dim"), size = x.shape().dim(dim);
    if (dim == 1 && in.number("eps") == EPS) {
      return channelsSecond(rmsNorm(channelsLast(x), reshape(g, Shape.of(size))));
    }
    return multiply(scale(normalize(x, dim, in.number("eps")), Math.sqrt(size)), g);
  }

  private static Variable perGroup(TorchArguments in) {
    Variable x = channelsLast(in.x());
    int groups = in.integer("num_groups");
    double eps = in.number("eps");
    Variable y = in.has("param.weight")
        ? groupNorm(x, in.weight(), in.bias(), groups, eps)
        : groupNorm(x, groups, eps);
    return channelsSecond(y);
  }

  private static Variable perInstance(TorchArguments in) {
    Variable x = channelsLast(in.x());
    Variable y = in.has("param.weight")
        ? instanceNorm(x, in.weight(), in.bias(), in.number("eps"))
        : instanceNorm(x, in.number("eps"));
    return channelsSecond(y);
  }

  private static Variable perRow(TorchArguments in) {
    double eps = in.number("eps");
    int axes = in.attr("normalized_shape").size();
    if (!in.has("param.weight")) {
      return layerNorm(in.x(), axes, eps);
    }
    Variable beta =
        in.has("param.bias") ? in.bias() : in.filled(0, in.weight().shape().toArray());
    return layerNorm(in.x(), in.weight(), beta, eps);
  }
}
