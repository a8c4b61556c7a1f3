package brume.tests.golden;

import static brume.autograd.function.GroupNorm.groupNorm;
import static brume.autograd.function.Reshape.reshape;
import static brume.autograd.function.RmsNorm.rmsNorm;
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
        op("layer_norm", NormalizationOps::perRow),
        op("rms_norm_l2", in -> {
              Variable g = reshape(in.tensor("param.g"), Shape.of(in.x().shape().dim(1)));
              return channelsSecond(rmsNorm(channelsLast(in.x()), g));
            })
            .when(asked -> asked.attrs().path("dim").asInt() == 1
                && asked.attrs().path("eps").asDouble() == EPS));
  }

  private static Variable perGroup(TorchArguments in) {
    int channels = in.x().shape().dim(1);
    Variable gamma = in.has("param.weight") ? in.weight() : in.filled(1, channels);
    Variable beta = in.has("param.bias") ? in.bias() : in.filled(0, channels);
    Variable x = channelsLast(in.x());
    return channelsSecond(groupNorm(x, gamma, beta, in.integer("num_groups"), in.number("eps")));
  }

  /** A layer is the only group of a sample without positions. */
  private static Variable perRow(TorchArguments in) {
    int columns = Shape.of(in.integers("normalized_shape")).size();
    Shape rows = Shape.of(in.x().shape().size() / columns, columns), flat = Shape.of(columns);
    Variable gamma = in.has("param.weight") ? reshape(in.weight(), flat) : in.filled(1, columns);
    Variable beta = in.has("param.bias") ? reshape(in.bias(), flat) : in.filled(0, columns);
    Variable y = groupNorm(reshape(in.x(), rows), gamma, beta, 1, in.number("eps"));
    return reshape(y, in.x().shape());
  }
}
