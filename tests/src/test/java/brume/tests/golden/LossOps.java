package brume.tests.golden;

import static brume.autograd.function.loss.BinaryCrossEntropy.binaryCrossEntropy;
import static brume.autograd.function.loss.CrossEntropy.crossEntropy;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Pointwise.abs;
import static brume.autograd.function.pointwise.Pointwise.huber;
import static brume.autograd.function.pointwise.Pointwise.square;
import static brume.autograd.function.pointwise.Subtract.subtract;
import static brume.autograd.function.reduce.Mean.mean;
import static brume.autograd.function.reduce.Sum.sum;
import static brume.tests.golden.TorchArguments.channelsLast;
import static brume.tests.golden.TorchOp.op;

import brume.autograd.Variable;
import brume.autograd.function.loss.Labeling;
import java.util.List;

/** Losses, of which PyTorch averages or adds up the elements on demand. */
final class LossOps {

  private LossOps() {}

  static List<TorchOp> all() {
    return List.of(
        op("mse_loss", in -> reduced(in, square(error(in)))),
        op("l1_loss", in -> reduced(in, abs(error(in)))),
        op("huber_loss", in -> reduced(in, huber(error(in), in.number("delta", 1)))),
        op("smooth_l1_loss", in -> reduced(in, smooth(error(in), in.number("beta", 1)))),
        op(
            "bce_with_logits",
            in -> reduced(in, binaryCrossEntropy(in.x(), in.tensor("input.target")))),
        op("cross_entropy", LossOps::ofClasses));
  }

  private static Variable error(TorchArguments in) {
    return subtract(in.x(), in.tensor("input.target"));
  }

  private static Variable smooth(Variable error, double beta) {
    return beta == 0 ? abs(error) : scale(huber(error, beta), 1 / beta);
  }

  private static Variable reduced(TorchArguments in, Variable loss) {
    return switch (in.attr("reduction").asText("mean")) {
      case "none" -> loss;
      case "sum" -> sum(loss);
      default -> mean(loss);
    };
  }

  private static Variable ofClasses(TorchArguments in) {
    Variable x = channelsLast(in.x());
    Labeling labeling = Labeling.of(x.shape().dim(-1))
        .smoothed(in.number("label_smoothing", 0))
        .ignoring(in.attr("ignore_index").asInt(-100));
    if (in.has("input.weight")) {
      labeling = labeling.weighted(in.constant("input.weight").value().toDoubles());
    }
    int[] labels = in.labels("input.target");
    Variable loss = crossEntropy(x, in.constant(x.shape(), labeling.distributions(labels)));
    boolean mean = in.attr("reduction").asText("mean").equals("mean");
    return mean ? scale(sum(loss), 1 / labeling.totalWeight(labels)) : reduced(in, loss);
  }
}
